export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["health.live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["health.ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/enrolments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["enrolments.enrol"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["session.signIn"];
        delete: operations["session.signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["own.me"];
        put?: never;
        post?: never;
        delete: operations["own.leave"];
        options?: never;
        head?: never;
        patch: operations["own.narrow"];
        trace?: never;
    };
    "/v1/libraries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["own.libraries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["invitations.list"];
        put?: never;
        post: operations["invitations.invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["invitations.withdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["access.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/access/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["access.revoke"];
        options?: never;
        head?: never;
        patch: operations["access.change"];
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["audit.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["library.status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["library.retention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["library.diff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/find": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["library.find"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["library.timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["library.export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/songs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["songs.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/songs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["songs.read"];
        put: operations["writes.song"];
        post?: never;
        delete: operations["writes.deleteSong"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/songs/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["songs.history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/songs/{id}/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["songs.document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/performances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["performances.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/performances/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["performances.read"];
        put: operations["writes.performance"];
        post?: never;
        delete: operations["writes.deletePerformance"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/performances/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["performances.history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/performances/{id}/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["performances.document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["preferences.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/preferences/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["preferences.read"];
        put: operations["writes.preferences"];
        post?: never;
        delete: operations["writes.deletePreferences"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/preferences/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["preferences.history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["backups.list"];
        put?: never;
        post: operations["backupChanges.take"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/backups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["backups.read"];
        put?: never;
        post?: never;
        delete: operations["backupChanges.forget"];
        options?: never;
        head?: never;
        patch: operations["backupChanges.edit"];
        trace?: never;
    };
    "/v1/libraries/{library}/backups/{id}/undelete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["backupChanges.undelete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["homes.read"];
        put: operations["homes.make"];
        post?: never;
        delete: operations["homes.leave"];
        options?: never;
        head?: never;
        patch: operations["homes.change"];
        trace?: never;
    };
    "/v1/libraries/{library}/undelete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["homes.stay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["care.overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["care.leave"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["care.erase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["changes.list"];
        put?: never;
        post: operations["changes.make"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["operations.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/operations/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["operations.undo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["imports.bring"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["profiles.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/profiles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["profiles.read"];
        put: operations["profiles.save"];
        post?: never;
        delete: operations["profiles.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/profiles/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["profiles.run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["profiles.runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["checks.list"];
        put?: never;
        post: operations["checks.check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["checks.run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/runs/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["runs.file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["keys.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["keys.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/keys/{id}/kit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["keys.makeKit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/keys/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["keys.testKit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/copies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["copies.read"];
        put?: never;
        post: operations["copies.begin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["feed.events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/restores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["restores.onTheirWay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/restores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["restores.list"];
        put?: never;
        post: operations["restores.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/restores/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["restores.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["restores.report"];
        trace?: never;
    };
    "/v1/libraries/{library}/restores/{id}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["restores.apply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/restores/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["restores.cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/restores/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["restores.undo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["inbox.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["settings.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["settings.change"];
        trace?: never;
    };
    "/v1/libraries/{library}/blobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files of a library, in the order of their names. */
        get: operations["blobs.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/libraries/{library}/blobs/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes of a file, or a range of them. */
        get: operations["blobs.get"];
        /** Keeps a file. None is ever replaced. */
        put: operations["blobs.put"];
        post?: never;
        /** Puts a file into the trash. Devices may not. */
        delete: operations["blobs.delete"];
        options?: never;
        /** How large a file is, and when it came (Whiteroom-Arrived-At). */
        head: operations["blobs.head"];
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        BlobPage: {
            now: components["schemas"]["Int"];
            isLast: boolean;
            blobs: {
                name: string;
                /**
                 * nonNegative
                 * @description a non-negative number
                 */
                bytes: components["schemas"]["Int"];
                arrivedAt: components["schemas"]["Int"];
            }[];
        };
        /**
         * int
         * @description an integer
         */
        Int: number;
        Problem: {
            type: string;
            title: string;
            status: components["schemas"]["Int"];
            detail: string;
            recovery: string;
            error?: string;
            near?: string[];
            devices?: components["schemas"]["Device"][];
            version?: components["schemas"]["NonNegativeInt"];
            restore?: {
                id: string;
                library: string;
                /** @enum {string} */
                home: "server" | "device";
                /** @enum {string} */
                state: "planned" | "waiting" | "heard" | "applied" | "refused" | "failed" | "cancelled" | "undone";
                revision: components["schemas"]["NonNegativeInt"];
                /** @enum {string} */
                mode: "copy" | "replace";
                source: string;
                position: components["schemas"]["NonNegativeInt"];
                chainHash: string;
                savedAt: string | null;
                seen?: {
                    position: components["schemas"]["NonNegativeInt"];
                    chainHash: string;
                };
                only?: {
                    /** @enum {string} */
                    kind: "song" | "performance" | "preferences";
                    id: string;
                    name: string;
                }[];
                decisions?: {
                    /** @enum {string} */
                    kind: "song" | "performance" | "preferences";
                    id: string;
                    /** @enum {string} */
                    choice: "keep" | "replace" | "both" | "combine";
                    parts?: {
                        name: string;
                        /** @enum {string} */
                        choice: "keep" | "replace" | "both" | "combine";
                    }[];
                }[];
                from: string;
                device: {
                    id: string;
                    name: string;
                } | null;
                /** Format: date-time */
                createdAt: string;
                /** Format: date-time */
                changedAt: string;
                /** Format: date-time */
                expiresAt?: string;
                begun?: boolean;
                reason?: string;
                preview?: {
                    /** @enum {string} */
                    mode: "merge" | "exact";
                    plan: {
                        create: components["schemas"]["NonNegativeInt"];
                        update: components["schemas"]["NonNegativeInt"];
                        delete: components["schemas"]["NonNegativeInt"];
                        keep: components["schemas"]["NonNegativeInt"];
                        unchanged: components["schemas"]["NonNegativeInt"];
                    };
                    conflicts: components["schemas"]["NonNegativeInt"];
                    items: {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        name: string;
                        /** @enum {string} */
                        action: "create" | "update" | "delete" | "keep";
                        conflict: boolean;
                        copyOf?: string;
                        changes: string[];
                        notes: string[];
                        parts?: {
                            name: string;
                            label?: string;
                            words: string[];
                            mayBeBoth: boolean;
                        }[];
                        replacing?: string[];
                    }[];
                };
                outcome?: {
                    songsRestored: components["schemas"]["NonNegativeInt"];
                    performancesRestored: components["schemas"]["NonNegativeInt"];
                    preferencesRestored: components["schemas"]["NonNegativeInt"];
                    errors: string[];
                    isSuccess: boolean;
                    triggered: {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        name: string;
                        columns: string[];
                        triggers: string[];
                    }[];
                    plan: {
                        create: components["schemas"]["NonNegativeInt"];
                        update: components["schemas"]["NonNegativeInt"];
                        delete: components["schemas"]["NonNegativeInt"];
                        keep: components["schemas"]["NonNegativeInt"];
                        unchanged: components["schemas"]["NonNegativeInt"];
                    };
                    conflicts: components["schemas"]["NonNegativeInt"];
                    safetyBackupId?: string;
                };
                undone?: {
                    songsRestored: components["schemas"]["NonNegativeInt"];
                    performancesRestored: components["schemas"]["NonNegativeInt"];
                    preferencesRestored: components["schemas"]["NonNegativeInt"];
                    errors: string[];
                    isSuccess: boolean;
                    triggered: {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        name: string;
                        columns: string[];
                        triggers: string[];
                    }[];
                    plan: {
                        create: components["schemas"]["NonNegativeInt"];
                        update: components["schemas"]["NonNegativeInt"];
                        delete: components["schemas"]["NonNegativeInt"];
                        keep: components["schemas"]["NonNegativeInt"];
                        unchanged: components["schemas"]["NonNegativeInt"];
                    };
                    conflicts: components["schemas"]["NonNegativeInt"];
                    safetyBackupId?: string;
                };
            };
            progress?: {
                step: string;
                done: components["schemas"]["NonNegativeInt"];
                total: components["schemas"]["NonNegativeInt"];
            };
        };
        Device: {
            line: string;
            device: string;
            position: components["schemas"]["NonNegativeInt"];
            /** Format: date-time */
            arrivedAt: string;
        };
        /**
         * int
         * @description an integer
         */
        NonNegativeInt: number;
        Enrolled: {
            access: string;
            role: components["schemas"]["Role"];
            expiresAt: string | null;
            libraries: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                id: string;
                /**
                 * maxLength(100)
                 * @description a string at most 100 character(s) long
                 */
                name: string;
                sealed: boolean;
                readers: string[];
            }[];
        };
        /** @enum {string} */
        Role: "device" | "push-only" | "teacher" | "admin" | "service";
        Access: {
            id: string;
            /**
             * maxLength(100)
             * @description a string at most 100 character(s) long
             */
            name: string;
            role: components["schemas"]["Role"];
            /**
             * maxLength(100)
             * @description a string at most 100 character(s) long
             */
            device: string;
            libraries: string[];
            group?: components["schemas"]["Group"];
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            revokedAt: string | null;
            lastUsedAt: string | null;
            lastUsedFrom: string | null;
        };
        /** @description a string matching the pattern ^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,38}[\p{L}\p{N}._-])?$ */
        Group: string;
        Library: {
            /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
            id: string;
            /**
             * maxLength(100)
             * @description a string at most 100 character(s) long
             */
            name: string;
            sealed: boolean;
            /** Format: date-time */
            createdAt: string;
            /**
             * nonNegative
             * @description a non-negative number
             */
            quota: components["schemas"]["Int"];
            /**
             * nonNegative
             * @description a non-negative number
             */
            used: components["schemas"]["Int"];
            arrivedAt: string | null;
            /** @enum {string} */
            home: "device" | "server";
            group?: components["schemas"]["Group"];
            /** Format: date-time */
            eraseAt?: string;
        };
        Invitation: {
            id: string;
            /**
             * maxLength(100)
             * @description a string at most 100 character(s) long
             */
            name: string;
            role: components["schemas"]["Role"];
            libraries: string[];
            group?: components["schemas"]["Group"];
            /** Format: date-time */
            expiresAt: string;
            triesLeft: components["schemas"]["Int"];
            used: boolean;
        };
        Invited: {
            id: string;
            /**
             * maxLength(100)
             * @description a string at most 100 character(s) long
             */
            name: string;
            role: components["schemas"]["Role"];
            libraries: string[];
            group?: components["schemas"]["Group"];
            /** Format: date-time */
            expiresAt: string;
            triesLeft: components["schemas"]["Int"];
            used: boolean;
            code: string;
            link: string;
        };
        AccessChange: {
            /**
             * maxLength(100)
             * @description a string at most 100 character(s) long
             */
            name?: string;
            role?: components["schemas"]["Role"];
            /**
             * maxItems(1000)
             * @description an array of at most 1000 item(s)
             */
            libraries?: string[];
            group?: components["schemas"]["Group"] | "";
            expiresAt?: string | null;
        };
        AuditEntry: {
            number: components["schemas"]["Int"];
            /** Format: date-time */
            at: string;
            actor: string;
            action: string;
            subject: string;
            detail: string;
            hash: string;
        };
        LibraryStatus: {
            protected: boolean;
            library: {
                path: string;
                readonly: boolean;
                songs: components["schemas"]["NonNegativeInt"];
                performances: components["schemas"]["NonNegativeInt"];
                preferences: components["schemas"]["NonNegativeInt"];
                backups: components["schemas"]["NonNegativeInt"];
                bytes: components["schemas"]["NonNegativeInt"];
                position: components["schemas"]["NonNegativeInt"];
            } | null;
            here: {
                backupId: string;
                number: components["schemas"]["NonNegativeInt"];
                /** Format: date-time */
                timestamp: string;
                changed: components["schemas"]["NonNegativeInt"];
                stale: boolean;
                checked: boolean;
            } | null;
            vaults: {
                name: string;
                place: string;
                position: components["schemas"]["NonNegativeInt"];
                pushedAt: string | null;
                synced?: {
                    service: string;
                    isThere: boolean;
                };
                changed: components["schemas"]["NonNegativeInt"];
                present: boolean;
                sameDisk: boolean;
                stale: boolean;
                differing: {
                    device: string;
                    line: string;
                    songs: components["schemas"]["NonNegativeInt"];
                    performances: components["schemas"]["NonNegativeInt"];
                    preferences: components["schemas"]["NonNegativeInt"];
                }[];
                lacksKit: boolean;
            }[];
            capture: {
                pending: components["schemas"]["NonNegativeInt"];
                unprotectedTables: string[];
                limits: {
                    table: string;
                    cannot: ("insert" | "update" | "delete")[];
                    needs: string;
                    parts: string[];
                }[];
                namelessRows: {
                    table: string;
                    rows: components["schemas"]["NonNegativeInt"];
                }[];
                oldBackups: {
                    waiting: components["schemas"]["NonNegativeInt"];
                    setAside: {
                        what: string;
                        reason: string;
                    }[];
                };
            } | null;
            next: {
                /** Format: date-time */
                at: string;
                profile: string;
                overdueSince: string | null;
            } | null;
            profiles: {
                name: string;
                places: {
                    place: string;
                    there: boolean;
                    lastGood: string | null;
                    lastRun: string | null;
                    lastOutcome: ("done" | "skipped" | "failed" | "inconclusive") | null;
                    lastDetail: string | null;
                    stale: boolean;
                    lastDrill: string | null;
                    lastDrillOutcome: ("done" | "skipped" | "failed" | "inconclusive") | null;
                    lastProven: string | null;
                }[];
            }[];
            lastCheck: {
                /** @enum {string} */
                level: "quick" | "full";
                /** Format: date-time */
                checkedAt: string;
                position: components["schemas"]["NonNegativeInt"];
                ok: boolean;
            } | null;
            lastFullCheck: {
                /** @enum {string} */
                level: "quick" | "full";
                /** Format: date-time */
                checkedAt: string;
                position: components["schemas"]["NonNegativeInt"];
                ok: boolean;
            } | null;
            warnings: string[];
            concerns: ({
                /** @enum {string} */
                code: "NoLibrary";
            } | {
                /** @enum {string} */
                code: "NoBackup";
            } | {
                /** @enum {string} */
                code: "BackupOld";
                changed: components["schemas"]["NonNegativeInt"];
            } | {
                /** @enum {string} */
                code: "NoCopy";
            } | {
                /** @enum {string} */
                code: "CopiesAway";
                places: string[];
            } | {
                /** @enum {string} */
                code: "CopiesOnSameDisk";
            } | {
                /** @enum {string} */
                code: "CopiesOld";
                changed: components["schemas"]["NonNegativeInt"];
            } | {
                /** @enum {string} */
                code: "PlaceEmptied";
                place: string;
            } | {
                /** @enum {string} */
                code: "PlaceRolledBack";
                place: string;
                /** Format: date-time */
                at: string;
            } | {
                /** @enum {string} */
                code: "NoRecoveryKit";
                place: string;
            } | {
                /** @enum {string} */
                code: "DeviceDiffers";
                device: string;
                place: string;
                songs: components["schemas"]["NonNegativeInt"];
                performances: components["schemas"]["NonNegativeInt"];
                preferences: components["schemas"]["NonNegativeInt"];
            } | {
                /** @enum {string} */
                code: "RestoreWaits";
                from: string;
                names: string[];
                count: components["schemas"]["NonNegativeInt"];
                agreed: boolean;
            } | {
                /** @enum {string} */
                code: "RestoreOverwritten";
                source: string;
                names: string[];
                count: components["schemas"]["NonNegativeInt"];
            } | {
                /** @enum {string} */
                code: "ProfileLate";
                profile: string;
                place: string;
                lastGood: string | null;
            } | {
                /** @enum {string} */
                code: "ProfileUnreadable";
                profile: string;
                reason: string;
            } | {
                /** @enum {string} */
                code: "ScheduleLate";
                /** Format: date-time */
                since: string;
            } | {
                /** @enum {string} */
                code: "ScheduleIdle";
            } | {
                /** @enum {string} */
                code: "DrillFailed";
                place: string;
                detail: string | null;
            } | {
                /** @enum {string} */
                code: "Damage";
            } | {
                /** @enum {string} */
                code: "DamagedThere";
                what: string;
            } | {
                /** @enum {string} */
                code: "NotProven";
            } | {
                /** @enum {string} */
                code: "TablesUnknown";
                tables: string[];
            } | {
                /** @enum {string} */
                code: "RowsWithoutId";
                table: string;
                rows: components["schemas"]["NonNegativeInt"];
            } | {
                /** @enum {string} */
                code: "RowsOfApp";
                table: string;
                cannot: ("insert" | "update" | "delete")[];
                needs: string;
                parts: string[];
            } | {
                /** @enum {string} */
                code: "OldBackupUnreadable";
                what: string;
                reason: string;
                more: components["schemas"]["NonNegativeInt"];
            })[];
            commands?: string[];
            found?: {
                path: string;
                library: boolean;
                songs: components["schemas"]["NonNegativeInt"] | null;
                changedAt: string | null;
            }[];
            foundVaults?: string[];
            line: string;
            devices: components["schemas"]["Device"][];
            proven: {
                /** Format: date-time */
                at: string;
                ok: boolean;
            } | null;
        };
        RetentionPreview: {
            rules: string;
            profiles: string[];
            decisions: {
                backupId: string;
                number: components["schemas"]["NonNegativeInt"];
                /** Format: date-time */
                timestamp: string;
                description: string;
                keep: boolean;
                reasons: string[];
            }[];
            expiring: {
                backupId: string;
                number: components["schemas"]["NonNegativeInt"];
                /** Format: date-time */
                timestamp: string;
                description: string;
                tags: string[];
                pinned: boolean;
                /** @enum {string} */
                trigger: "manual" | "scheduled" | "safety" | "imported";
                profile: string;
                position: components["schemas"]["NonNegativeInt"];
                root: string;
                songs: components["schemas"]["NonNegativeInt"];
                performances: components["schemas"]["NonNegativeInt"];
                preferences: components["schemas"]["NonNegativeInt"];
                size: components["schemas"]["NonNegativeInt"];
                newBytes: components["schemas"]["NonNegativeInt"];
                origin?: {
                    /** @enum {string} */
                    trigger?: "manual" | "scheduled" | "safety";
                    number?: components["schemas"]["NonNegativeInt"];
                    libraryId?: string;
                    source: string;
                };
                /** Format: date-time */
                forgottenAt?: string;
            }[];
            lastCopies: string[];
            paused: boolean;
            zone: string;
        };
        Difference: {
            from: string;
            to: string;
            created: {
                /** @enum {string} */
                kind: "song" | "performance" | "preferences";
                id: string;
                name: string;
            }[];
            deleted: {
                /** @enum {string} */
                kind: "song" | "performance" | "preferences";
                id: string;
                name: string;
            }[];
            changed: {
                /** @enum {string} */
                kind: "song" | "performance" | "preferences";
                id: string;
                name: string;
                changes: string[];
                patch: {
                    [key: string]: unknown;
                }[] | null;
            }[];
        };
        Found: {
            /** @enum {string} */
            kind: "song" | "performance" | "preferences";
            id: string;
            name: string;
            fields: string[];
            position: components["schemas"]["NonNegativeInt"];
            source: string;
            firstIn?: string;
            notIn?: string;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until?: string;
            untilPosition?: components["schemas"]["NonNegativeInt"];
        };
        Timeline: {
            position: components["schemas"]["NonNegativeInt"];
            /** Format: date-time */
            first?: string;
            /** Format: date-time */
            last?: string;
            count: components["schemas"]["NonNegativeInt"];
            at?: components["schemas"]["NonNegativeInt"];
            edges: string[];
            events: components["schemas"]["NonNegativeInt"][];
            marks: {
                slot: components["schemas"]["NonNegativeInt"];
                /** @enum {string} */
                what: "backup" | "restore" | "undo" | "import" | "pull";
                count: components["schemas"]["NonNegativeInt"];
                /** Format: date-time */
                time: string;
                position: components["schemas"]["NonNegativeInt"];
                backup?: components["schemas"]["NonNegativeInt"];
            }[];
            rows: {
                /** @enum {string} */
                kind: "song" | "performance" | "preferences";
                id: string;
                name: string;
                deleted: boolean;
                position: components["schemas"]["NonNegativeInt"];
                cells: {
                    slot: components["schemas"]["NonNegativeInt"];
                    count: components["schemas"]["NonNegativeInt"];
                    position: components["schemas"]["NonNegativeInt"];
                    deleted: boolean;
                }[];
                was?: {
                    name: string;
                    position: components["schemas"]["NonNegativeInt"];
                };
            }[];
        };
        Imported: {
            songsRestored: components["schemas"]["NonNegativeInt"];
            performancesRestored: components["schemas"]["NonNegativeInt"];
            preferencesRestored: components["schemas"]["NonNegativeInt"];
            errors: string[];
            isSuccess: boolean;
            triggered: {
                /** @enum {string} */
                kind: "song" | "performance" | "preferences";
                id: string;
                name: string;
                columns: string[];
                triggers: string[];
            }[];
            plan: {
                create: components["schemas"]["NonNegativeInt"];
                update: components["schemas"]["NonNegativeInt"];
                delete: components["schemas"]["NonNegativeInt"];
                keep: components["schemas"]["NonNegativeInt"];
                unchanged: components["schemas"]["NonNegativeInt"];
            };
            conflicts: components["schemas"]["NonNegativeInt"];
            backups: {
                backupId: string;
                /** Format: date-time */
                timestamp: string;
                description: string;
            }[];
            notes: string[];
            problems: string[];
            warnings: string[];
        };
        Restore: {
            id: string;
            library: string;
            /** @enum {string} */
            home: "server" | "device";
            /** @enum {string} */
            state: "planned" | "waiting" | "heard" | "applied" | "refused" | "failed" | "cancelled" | "undone";
            revision: components["schemas"]["NonNegativeInt"];
            /** @enum {string} */
            mode: "copy" | "replace";
            source: string;
            position: components["schemas"]["NonNegativeInt"];
            chainHash: string;
            savedAt: string | null;
            seen?: {
                position: components["schemas"]["NonNegativeInt"];
                chainHash: string;
            };
            only?: {
                /** @enum {string} */
                kind: "song" | "performance" | "preferences";
                id: string;
                name: string;
            }[];
            decisions?: {
                /** @enum {string} */
                kind: "song" | "performance" | "preferences";
                id: string;
                /** @enum {string} */
                choice: "keep" | "replace" | "both" | "combine";
                parts?: {
                    name: string;
                    /** @enum {string} */
                    choice: "keep" | "replace" | "both" | "combine";
                }[];
            }[];
            from: string;
            device: {
                id: string;
                name: string;
            } | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            changedAt: string;
            /** Format: date-time */
            expiresAt?: string;
            begun?: boolean;
            reason?: string;
            preview?: {
                /** @enum {string} */
                mode: "merge" | "exact";
                plan: {
                    create: components["schemas"]["NonNegativeInt"];
                    update: components["schemas"]["NonNegativeInt"];
                    delete: components["schemas"]["NonNegativeInt"];
                    keep: components["schemas"]["NonNegativeInt"];
                    unchanged: components["schemas"]["NonNegativeInt"];
                };
                conflicts: components["schemas"]["NonNegativeInt"];
                items: {
                    /** @enum {string} */
                    kind: "song" | "performance" | "preferences";
                    id: string;
                    name: string;
                    /** @enum {string} */
                    action: "create" | "update" | "delete" | "keep";
                    conflict: boolean;
                    copyOf?: string;
                    changes: string[];
                    notes: string[];
                    parts?: {
                        name: string;
                        label?: string;
                        words: string[];
                        mayBeBoth: boolean;
                    }[];
                    replacing?: string[];
                }[];
            };
            outcome?: {
                songsRestored: components["schemas"]["NonNegativeInt"];
                performancesRestored: components["schemas"]["NonNegativeInt"];
                preferencesRestored: components["schemas"]["NonNegativeInt"];
                errors: string[];
                isSuccess: boolean;
                triggered: {
                    /** @enum {string} */
                    kind: "song" | "performance" | "preferences";
                    id: string;
                    name: string;
                    columns: string[];
                    triggers: string[];
                }[];
                plan: {
                    create: components["schemas"]["NonNegativeInt"];
                    update: components["schemas"]["NonNegativeInt"];
                    delete: components["schemas"]["NonNegativeInt"];
                    keep: components["schemas"]["NonNegativeInt"];
                    unchanged: components["schemas"]["NonNegativeInt"];
                };
                conflicts: components["schemas"]["NonNegativeInt"];
                safetyBackupId?: string;
            };
            undone?: {
                songsRestored: components["schemas"]["NonNegativeInt"];
                performancesRestored: components["schemas"]["NonNegativeInt"];
                preferencesRestored: components["schemas"]["NonNegativeInt"];
                errors: string[];
                isSuccess: boolean;
                triggered: {
                    /** @enum {string} */
                    kind: "song" | "performance" | "preferences";
                    id: string;
                    name: string;
                    columns: string[];
                    triggers: string[];
                }[];
                plan: {
                    create: components["schemas"]["NonNegativeInt"];
                    update: components["schemas"]["NonNegativeInt"];
                    delete: components["schemas"]["NonNegativeInt"];
                    keep: components["schemas"]["NonNegativeInt"];
                    unchanged: components["schemas"]["NonNegativeInt"];
                };
                conflicts: components["schemas"]["NonNegativeInt"];
                safetyBackupId?: string;
            };
        };
        Undone: {
            operation: components["schemas"]["Operation"];
            outcome: {
                songsRestored: components["schemas"]["NonNegativeInt"];
                performancesRestored: components["schemas"]["NonNegativeInt"];
                preferencesRestored: components["schemas"]["NonNegativeInt"];
                errors: string[];
                isSuccess: boolean;
                triggered: {
                    /** @enum {string} */
                    kind: "song" | "performance" | "preferences";
                    id: string;
                    name: string;
                    columns: string[];
                    triggers: string[];
                }[];
                plan: {
                    create: components["schemas"]["NonNegativeInt"];
                    update: components["schemas"]["NonNegativeInt"];
                    delete: components["schemas"]["NonNegativeInt"];
                    keep: components["schemas"]["NonNegativeInt"];
                    unchanged: components["schemas"]["NonNegativeInt"];
                };
                conflicts: components["schemas"]["NonNegativeInt"];
                safetyBackupId?: string;
            };
        };
        Operation: {
            number: components["schemas"]["NonNegativeInt"];
            /** @enum {string} */
            what: "restore" | "import" | "delete" | "forget" | "pull" | "undo";
            description: string;
            deed: {
                /** @enum {string} */
                what: "restore" | "import" | "delete" | "forget" | "pull" | "undo";
                undone: components["schemas"]["NonNegativeInt"];
                of: string;
                /** @enum {string} */
                kind?: "song" | "performance" | "preferences";
                more: components["schemas"]["NonNegativeInt"];
                firstIn?: string;
                notIn?: string;
            };
            actor: string;
            /** Format: date-time */
            at: string;
            before: components["schemas"]["NonNegativeInt"];
            after: components["schemas"]["NonNegativeInt"];
        };
        SongSummary: {
            id: string;
            name: string;
            composer?: string;
            description?: string;
            genre?: string;
            duration?: components["schemas"]["Finite"];
            key?: string;
            createdAt: string | null;
            updatedAt: string | null;
            determinismSeed: string;
            customMetadata?: {
                [key: string]: string;
            };
        };
        /**
         * finite
         * @description a finite number
         */
        Finite: number;
        Song: {
            id: string;
            name: string;
            composer?: string;
            description?: string;
            genre?: string;
            duration?: components["schemas"]["Finite"];
            key?: string;
            createdAt: string | null;
            updatedAt: string | null;
            songDataJSON: string;
            determinismSeed: string;
            customMetadata?: {
                [key: string]: string;
            };
        };
        Version: {
            version: components["schemas"]["NonNegativeInt"];
            position: components["schemas"]["NonNegativeInt"];
            /** Format: date-time */
            timestamp: string;
            /** Format: date-time */
            since?: string;
            source: string;
            firstIn?: string;
            notIn?: string;
            actor: string;
            deleted: boolean;
            name: string;
            size: components["schemas"]["NonNegativeInt"];
            changes: string[];
        };
        PerformanceSummary: {
            id: string;
            name: string;
            songId: string;
            description?: string;
            duration: components["schemas"]["Finite"];
            createdAt: string | null;
            updatedAt: string | null;
            isFavorite: boolean;
            tags: string[];
        };
        Performance: {
            id: string;
            name: string;
            songId: string;
            description?: string;
            duration: components["schemas"]["Finite"];
            performanceDataJSON: string;
            createdAt: string | null;
            updatedAt: string | null;
            isFavorite: boolean;
            tags: string[];
        };
        Preferences: {
            userId: string;
            displayName?: string;
            defaultOutputDevice?: string;
            defaultInputDevice?: string;
            defaultSampleRate: components["schemas"]["Finite"];
            defaultBufferSize: components["schemas"]["Finite"];
            autoSaveEnabled: boolean;
            autoSaveInterval: components["schemas"]["Finite"];
            autoBackupEnabled: boolean;
            backupIntervalHours: components["schemas"]["Finite"];
            maxBackups: components["schemas"]["Finite"];
            theme?: string;
            language?: string;
            showTooltips: boolean;
            customPreferences: {
                [key: string]: unknown;
            };
            updatedAt: string | null;
            timeZone: string | null;
        };
        Backup: {
            backupId: string;
            number: components["schemas"]["NonNegativeInt"];
            /** Format: date-time */
            timestamp: string;
            description: string;
            tags: string[];
            pinned: boolean;
            /** @enum {string} */
            trigger: "manual" | "scheduled" | "safety" | "imported";
            profile: string;
            position: components["schemas"]["NonNegativeInt"];
            root: string;
            songs: components["schemas"]["NonNegativeInt"];
            performances: components["schemas"]["NonNegativeInt"];
            preferences: components["schemas"]["NonNegativeInt"];
            size: components["schemas"]["NonNegativeInt"];
            newBytes: components["schemas"]["NonNegativeInt"];
            origin?: {
                /** @enum {string} */
                trigger?: "manual" | "scheduled" | "safety";
                number?: components["schemas"]["NonNegativeInt"];
                libraryId?: string;
                source: string;
            };
            /** Format: date-time */
            forgottenAt?: string;
        };
        BackupDetail: {
            backupId: string;
            number: components["schemas"]["NonNegativeInt"];
            /** Format: date-time */
            timestamp: string;
            description: string;
            tags: string[];
            pinned: boolean;
            /** @enum {string} */
            trigger: "manual" | "scheduled" | "safety" | "imported";
            profile: string;
            position: components["schemas"]["NonNegativeInt"];
            root: string;
            songs: components["schemas"]["NonNegativeInt"];
            performances: components["schemas"]["NonNegativeInt"];
            preferences: components["schemas"]["NonNegativeInt"];
            size: components["schemas"]["NonNegativeInt"];
            newBytes: components["schemas"]["NonNegativeInt"];
            origin?: {
                /** @enum {string} */
                trigger?: "manual" | "scheduled" | "safety";
                number?: components["schemas"]["NonNegativeInt"];
                libraryId?: string;
                source: string;
            };
            /** Format: date-time */
            forgottenAt?: string;
            entries: {
                /** @enum {string} */
                kind: "song" | "performance" | "preferences";
                id: string;
                name: string;
                size: components["schemas"]["NonNegativeInt"];
            }[];
        };
        Overview: {
            disk: {
                free: components["schemas"]["NonNegativeInt"];
                needed: components["schemas"]["NonNegativeInt"];
                size: components["schemas"]["NonNegativeInt"];
                isFull: boolean;
                fullAt: string | null;
            };
            mirror: {
                place: string;
                failingSince: string | null;
                waiting: components["schemas"]["NonNegativeInt"];
            } | null;
            alerts: components["schemas"]["Alert"][];
        };
        Alert: {
            /** @enum {string} */
            kind: "disk" | "mirror" | "damage" | "loss" | "audit";
            library: string | null;
            /** Format: date-time */
            since: string;
            detail: string;
        };
        SentAway: {
            library: components["schemas"]["Library"];
            link: string;
            /** Format: date-time */
            eraseAt: string;
        };
        ErasedLibrary: {
            /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
            id: string;
            places: {
                place: string;
                files: components["schemas"]["NonNegativeInt"];
            }[] | null;
        };
        SongWish: {
            /**
             * maxLength(1024)
             * @description a string at most 1024 character(s) long
             */
            id?: string;
            /**
             * maxLength(4096)
             * @description a string at most 4096 character(s) long
             */
            name: string;
            /**
             * maxLength(65536)
             * @description a string at most 65536 character(s) long
             */
            composer?: string;
            /**
             * maxLength(65536)
             * @description a string at most 65536 character(s) long
             */
            description?: string;
            /**
             * maxLength(65536)
             * @description a string at most 65536 character(s) long
             */
            genre?: string;
            duration?: components["schemas"]["Finite"];
            /**
             * maxLength(65536)
             * @description a string at most 65536 character(s) long
             */
            key?: string;
            songDataJSON: string;
            /**
             * maxLength(65536)
             * @description a string at most 65536 character(s) long
             */
            determinismSeed: string;
            customMetadata?: {
                [key: string]: string;
            };
            createdAt?: string | null;
            updatedAt?: string | null;
        };
        PerformanceWish: {
            /**
             * maxLength(1024)
             * @description a string at most 1024 character(s) long
             */
            id?: string;
            /**
             * maxLength(4096)
             * @description a string at most 4096 character(s) long
             */
            name: string;
            /**
             * maxLength(1024)
             * @description a string at most 1024 character(s) long
             */
            songId: string;
            /**
             * maxLength(65536)
             * @description a string at most 65536 character(s) long
             */
            description?: string;
            duration: components["schemas"]["Finite"];
            performanceDataJSON: string;
            isFavorite?: boolean;
            /**
             * maxItems(1000)
             * @description an array of at most 1000 item(s)
             */
            tags?: string[];
            createdAt?: string | null;
            updatedAt?: string | null;
        };
        PreferencesWish: {
            /**
             * maxLength(1024)
             * @description a string at most 1024 character(s) long
             */
            userId?: string;
            /**
             * maxLength(4096)
             * @description a string at most 4096 character(s) long
             */
            displayName?: string;
            /**
             * maxLength(65536)
             * @description a string at most 65536 character(s) long
             */
            defaultOutputDevice?: string;
            /**
             * maxLength(65536)
             * @description a string at most 65536 character(s) long
             */
            defaultInputDevice?: string;
            defaultSampleRate?: components["schemas"]["Int"];
            defaultBufferSize?: components["schemas"]["Int"];
            autoSaveEnabled?: boolean;
            autoSaveInterval?: components["schemas"]["Int"];
            autoBackupEnabled?: boolean;
            backupIntervalHours?: components["schemas"]["Int"];
            maxBackups?: components["schemas"]["Int"];
            /**
             * maxLength(65536)
             * @description a string at most 65536 character(s) long
             */
            theme?: string;
            /**
             * maxLength(65536)
             * @description a string at most 65536 character(s) long
             */
            language?: string;
            showTooltips?: boolean;
            customPreferences?: {
                [key: string]: unknown;
            };
            updatedAt?: string | null;
            timeZone?: string | null;
        };
        ChangesWish: {
            /**
             * maxItems(1000)
             * @description an array of at most 1000 item(s)
             */
            changes: ({
                /** @enum {string} */
                kind: "song";
                /**
                 * maxLength(1024)
                 * @description a string at most 1024 character(s) long
                 */
                id: string;
                version: components["schemas"]["NonNegativeInt"];
                value: components["schemas"]["SongWish"] | null;
            } | {
                /** @enum {string} */
                kind: "performance";
                /**
                 * maxLength(1024)
                 * @description a string at most 1024 character(s) long
                 */
                id: string;
                version: components["schemas"]["NonNegativeInt"];
                value: components["schemas"]["PerformanceWish"] | null;
            } | {
                /** @enum {string} */
                kind: "preferences";
                /**
                 * maxLength(1024)
                 * @description a string at most 1024 character(s) long
                 */
                id: string;
                version: components["schemas"]["NonNegativeInt"];
                value: components["schemas"]["PreferencesWish"] | null;
            })[];
        };
        WrittenAll: {
            position: components["schemas"]["NonNegativeInt"];
            changes: {
                /** @enum {string} */
                kind: "song" | "performance" | "preferences";
                id: string;
                version: components["schemas"]["NonNegativeInt"];
            }[];
        };
        LoggedChange: {
            position: components["schemas"]["NonNegativeInt"];
            type: string;
            subject: string;
            id: string;
            version: components["schemas"]["NonNegativeInt"];
            actor: string;
            /** Format: date-time */
            at: string;
            command: string;
        };
        Profile: {
            name: string;
            /**
             * maxItems(100)
             * @description an array of at most 100 item(s)
             */
            when: string[];
            /**
             * maxLength(100)
             * @description a string at most 100 character(s) long
             */
            zone?: string;
            /**
             * maxItems(100)
             * @description an array of at most 100 item(s)
             */
            quiet?: string[];
            catchUp?: ("once" | "off") | {
                /**
                 * positive
                 * @description a positive number
                 */
                withinMinutes: components["schemas"]["Finite"];
            };
            /**
             * maxItems(3)
             * @description an array of at most 3 item(s)
             */
            kinds?: ("song" | "performance" | "preferences")[];
            /**
             * maxItems(20)
             * @description an array of at most 20 item(s)
             */
            places?: string[];
            skipIfUnchanged?: boolean;
            /**
             * maxLength(1000)
             * @description a string at most 1000 character(s) long
             */
            description?: string;
            /**
             * maxItems(100)
             * @description an array of at most 100 item(s)
             */
            tags?: string[];
            keep?: {
                last?: components["schemas"]["NonNegativeInt"];
                hourly?: components["schemas"]["NonNegativeInt"];
                daily?: components["schemas"]["NonNegativeInt"];
                weekly?: components["schemas"]["NonNegativeInt"];
                monthly?: components["schemas"]["NonNegativeInt"];
                yearly?: components["schemas"]["NonNegativeInt"];
                /**
                 * positive
                 * @description a positive number
                 */
                withinDays?: components["schemas"]["Finite"];
                /**
                 * maxItems(100)
                 * @description an array of at most 100 item(s)
                 */
                tags?: string[];
            };
            enabled?: boolean;
            /** Format: date-time */
            pausedUntil?: string;
            /**
             * positive
             * @description a positive number
             */
            staleAfterHours?: components["schemas"]["Finite"];
            stored: boolean;
            next: string | null;
            overdueSince: string | null;
        };
        ProfileWish: {
            /**
             * maxItems(100)
             * @description an array of at most 100 item(s)
             */
            when: string[];
            /**
             * maxLength(100)
             * @description a string at most 100 character(s) long
             */
            zone?: string;
            /**
             * maxItems(100)
             * @description an array of at most 100 item(s)
             */
            quiet?: string[];
            catchUp?: ("once" | "off") | {
                /**
                 * positive
                 * @description a positive number
                 */
                withinMinutes: components["schemas"]["Finite"];
            };
            /**
             * maxItems(3)
             * @description an array of at most 3 item(s)
             */
            kinds?: ("song" | "performance" | "preferences")[];
            /**
             * maxItems(20)
             * @description an array of at most 20 item(s)
             */
            places?: string[];
            skipIfUnchanged?: boolean;
            /**
             * maxLength(1000)
             * @description a string at most 1000 character(s) long
             */
            description?: string;
            /**
             * maxItems(100)
             * @description an array of at most 100 item(s)
             */
            tags?: string[];
            keep?: {
                last?: components["schemas"]["NonNegativeInt"];
                hourly?: components["schemas"]["NonNegativeInt"];
                daily?: components["schemas"]["NonNegativeInt"];
                weekly?: components["schemas"]["NonNegativeInt"];
                monthly?: components["schemas"]["NonNegativeInt"];
                yearly?: components["schemas"]["NonNegativeInt"];
                /**
                 * positive
                 * @description a positive number
                 */
                withinDays?: components["schemas"]["Finite"];
                /**
                 * maxItems(100)
                 * @description an array of at most 100 item(s)
                 */
                tags?: string[];
            };
            enabled?: boolean;
            /** Format: date-time */
            pausedUntil?: string;
            /**
             * positive
             * @description a positive number
             */
            staleAfterHours?: components["schemas"]["Finite"];
        };
        Run: {
            number: components["schemas"]["NonNegativeInt"];
            profile: string;
            activity: string;
            place: string;
            /** Format: date-time */
            dueAt: string;
            /** Format: date-time */
            startedAt: string;
            endedAt: string | null;
            outcome: ("done" | "skipped" | "failed" | "inconclusive") | null;
            backupId: string | null;
            detail: string | null;
        };
        CheckRun: {
            id: string;
            /** @enum {string} */
            activity: "check";
            /** Format: date-time */
            startedAt: string;
            endedAt: string | null;
            outcome: ("done" | "failed") | null;
            bytes: components["schemas"]["NonNegativeInt"];
            damaged: string[];
        };
        LibraryRun: {
            id: string;
            /** @enum {string} */
            activity: "import" | "restore" | "undo" | "export";
            /** Format: date-time */
            startedAt: string;
            endedAt: string | null;
            outcome: ("done" | "failed") | null;
            progress?: {
                step: string;
                done: components["schemas"]["NonNegativeInt"];
                total: components["schemas"]["NonNegativeInt"];
            };
            imported?: components["schemas"]["Imported"];
            restore?: components["schemas"]["Restore"];
            undone?: components["schemas"]["Undone"];
            file?: {
                path: string;
                name: string;
                bytes: components["schemas"]["NonNegativeInt"];
                /** Format: date-time */
                until: string;
            };
            problem?: components["schemas"]["Problem"];
        };
        SealedPlace: {
            name: string;
            hasKit: boolean | null;
        };
        VaultKeys: {
            name: string;
            fingerprint: string;
            generation: components["schemas"]["NonNegativeInt"];
            keys: {
                slot: string;
                label: string;
                held: boolean;
            }[];
            forked: boolean;
        };
        TestedKit: {
            fingerprint: string;
        };
        Copies: {
            isRunning: boolean;
            copies: components["schemas"]["Copy"][];
            vaults: string[];
            offered: {
                place: string;
                label: string;
            }[];
        };
        Copy: {
            name: string;
            /** @enum {string} */
            state: "waiting" | "running" | "done" | "failed";
            done: components["schemas"]["NonNegativeInt"];
            total: components["schemas"]["NonNegativeInt"];
            detail: string | null;
            recovery: string | null;
        };
        FeedEvent: {
            id: string;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            type: "library" | "backup" | "restore" | "profile" | "access";
            /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
            library?: string;
            position?: components["schemas"]["NonNegativeInt"];
            restore?: string;
            /** @enum {string} */
            state?: "planned" | "waiting" | "heard" | "applied" | "refused" | "failed" | "cancelled" | "undone";
        };
        Settings: {
            mail: {
                /**
                 * maxItems(10)
                 * @description an array of at most 10 item(s)
                 */
                to: string[];
                /**
                 * maxLength(320)
                 * @description a string at most 320 character(s) long
                 */
                server: string;
                /**
                 * maxLength(320)
                 * @description a string at most 320 character(s) long
                 */
                from?: string;
                /**
                 * maxLength(320)
                 * @description a string at most 320 character(s) long
                 */
                user?: string;
                hasPassword: boolean;
            } | null;
            webhook: {
                host: string;
                signed: boolean;
                ready: boolean;
            } | null;
            digest: string;
            zone: string;
            absentDays: components["schemas"]["NonNegativeInt"];
            groups: {
                group: components["schemas"]["Group"] | "";
                libraries: components["schemas"]["NonNegativeInt"];
                to: string[] | null;
                pausedUntil: string | null;
            }[];
        };
        SettingsChange: {
            mail?: {
                /**
                 * maxItems(10)
                 * @description an array of at most 10 item(s)
                 */
                to: string[];
                /**
                 * maxLength(320)
                 * @description a string at most 320 character(s) long
                 */
                server: string;
                /**
                 * maxLength(320)
                 * @description a string at most 320 character(s) long
                 */
                from?: string;
                /**
                 * maxLength(320)
                 * @description a string at most 320 character(s) long
                 */
                user?: string;
                password?: string | null;
            } | null;
            webhook?: {
                /**
                 * maxLength(2048)
                 * @description a string at most 2048 character(s) long
                 */
                url: string;
                /**
                 * maxLength(1000)
                 * @description a string at most 1000 character(s) long
                 */
                key?: string;
            } | null;
            /**
             * maxLength(200)
             * @description a string at most 200 character(s) long
             */
            digest?: string;
            /**
             * maxLength(100)
             * @description a string at most 100 character(s) long
             */
            zone?: string;
            /**
             * between(1, 365)
             * @description a number between 1 and 365
             */
            absentDays?: components["schemas"]["Int"];
            /**
             * maxItems(1000)
             * @description an array of at most 1000 item(s)
             */
            groups?: {
                group: components["schemas"]["Group"] | "";
                to?: string[] | null;
                pausedUntil?: string | null;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "health.live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "health.ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "enrolments.enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * maxLength(40)
                     * @description a string at most 40 character(s) long
                     */
                    code: string;
                    /** @description a string matching the pattern ^[0-9a-f]{64}$ */
                    secretHash: string;
                    /**
                     * maxLength(100)
                     * @description a string at most 100 character(s) long
                     */
                    device: string;
                };
            };
        };
        responses: {
            /** @description Enrolled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enrolled"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description CodeNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description CodeUsed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "session.signIn": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * maxLength(40)
                     * @description a string at most 40 character(s) long
                     */
                    code: string;
                    /** @description a string matching the pattern ^[A-Za-z0-9_-]{43}$ */
                    secret: string;
                };
            };
        };
        responses: {
            /** @description Access */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Access"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description CodeNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description CodeUsed, ForDevice. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "session.signOut": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MirrorBehind. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "own.me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Access */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Access"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "own.leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MirrorBehind. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "own.narrow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "push-only";
                };
            };
        };
        responses: {
            /** @description Access */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Access"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MirrorBehind. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "own.libraries": {
        parameters: {
            query?: {
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Library"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "invitations.list": {
        parameters: {
            query?: {
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Invitation"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "invitations.invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * maxLength(100)
                     * @description a string at most 100 character(s) long
                     */
                    name: string;
                    role: components["schemas"]["Role"];
                    /**
                     * maxItems(1000)
                     * @description an array of at most 1000 item(s)
                     */
                    libraries?: string[];
                    sealed?: boolean;
                    group?: components["schemas"]["Group"];
                    /**
                     * between(1, 3650)
                     * @description a number between 1 and 3650
                     */
                    accessDays?: components["schemas"]["Int"];
                };
            };
        };
        responses: {
            /** @description Invited */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "invitations.withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MirrorBehind. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "access.list": {
        parameters: {
            query?: {
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Access"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "access.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MirrorBehind. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "access.change": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessChange"];
            };
        };
        responses: {
            /** @description Access */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Access"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MirrorBehind. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "audit.list": {
        parameters: {
            query?: {
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
                order?: "oldest" | "newest";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "library.status": {
        parameters: {
            query?: {
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description LibraryStatus */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LibraryStatus"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "library.retention": {
        parameters: {
            query?: {
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                /** @description a string at most 64 character(s) long */
                profile?: string;
                keepLast?: number;
                keepDaily?: number;
                keepWeekly?: number;
                keepMonthly?: number;
                keepYearly?: number;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description RetentionPreview */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionPreview"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "library.diff": {
        parameters: {
            query: {
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                /** @description a string at most 100 character(s) long */
                from: string;
                /** @description a string at most 100 character(s) long */
                to?: string;
                language?: "en" | "de";
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Difference */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Difference"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "library.find": {
        parameters: {
            query: {
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                /** @description a string at most 200 character(s) long */
                q: string;
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Found"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "library.timeline": {
        parameters: {
            query?: {
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                /** @description a string at most 100 character(s) long */
                from?: string;
                length?: "minute" | "10minutes" | "hour" | "6hours" | "day" | "week" | "month";
                slots?: number;
                /** @description a string at most 60 character(s) long */
                zone?: string;
                /** @description a string at most 100 character(s) long */
                at?: string;
                order?: "changed" | "name";
                /** @description a string at most 200 character(s) long */
                search?: string;
                offset?: number;
                limit?: number;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Timeline */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "library.export": {
        parameters: {
            query?: {
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                /** @description a string at most 100 character(s) long */
                at?: string;
                format?: "json" | "bundle";
                for?: "node" | "ios";
                song?: string | string[];
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        activity: "import" | "restore" | "undo" | "export";
                        /** Format: date-time */
                        startedAt: string;
                        endedAt: string | null;
                        outcome: ("done" | "failed") | null;
                        progress?: {
                            step: string;
                            done: components["schemas"]["NonNegativeInt"];
                            total: components["schemas"]["NonNegativeInt"];
                        };
                        imported?: components["schemas"]["Imported"];
                        restore?: components["schemas"]["Restore"];
                        undone?: components["schemas"]["Undone"];
                        file?: {
                            path: string;
                            name: string;
                            bytes: components["schemas"]["NonNegativeInt"];
                            /** Format: date-time */
                            until: string;
                        };
                        problem?: components["schemas"]["Problem"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "songs.list": {
        parameters: {
            query?: {
                /** @description a string at most 100 character(s) long */
                at?: string;
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
                /** @description a string at most 200 character(s) long */
                name?: string;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SongSummary"][];
                        isLast: boolean;
                        next?: string;
                        count: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "songs.read": {
        parameters: {
            query?: {
                /** @description a string at most 100 character(s) long */
                at?: string;
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
            };
            header?: {
                prefer?: string;
                "if-none-match"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Song */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Song"];
                };
            };
            /** @description Success */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "writes.song": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
                "if-none-match"?: string;
                /** @description a string at most 200 character(s) long */
                "idempotency-key"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SongWish"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        version: components["schemas"]["NonNegativeInt"];
                        position: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        version: components["schemas"]["NonNegativeInt"];
                        position: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LengthRequired. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionConflict. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooLarge. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyReused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "writes.deleteSong": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
                "if-none-match"?: string;
                /** @description a string at most 200 character(s) long */
                "idempotency-key"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        version: components["schemas"]["NonNegativeInt"];
                        position: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LengthRequired. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionConflict. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooLarge. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyReused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "songs.history": {
        parameters: {
            query?: {
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                language?: "en" | "de";
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Version"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "songs.document": {
        parameters: {
            query?: {
                /** @description a string at most 100 character(s) long */
                at?: string;
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
            };
            header?: {
                prefer?: string;
                "if-none-match"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Success */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "performances.list": {
        parameters: {
            query?: {
                /** @description a string at most 100 character(s) long */
                at?: string;
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
                /** @description a string at most 200 character(s) long */
                name?: string;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PerformanceSummary"][];
                        isLast: boolean;
                        next?: string;
                        count: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "performances.read": {
        parameters: {
            query?: {
                /** @description a string at most 100 character(s) long */
                at?: string;
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
            };
            header?: {
                prefer?: string;
                "if-none-match"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Performance */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Performance"];
                };
            };
            /** @description Success */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "writes.performance": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
                "if-none-match"?: string;
                /** @description a string at most 200 character(s) long */
                "idempotency-key"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PerformanceWish"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        version: components["schemas"]["NonNegativeInt"];
                        position: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        version: components["schemas"]["NonNegativeInt"];
                        position: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LengthRequired. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionConflict. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooLarge. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyReused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "writes.deletePerformance": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
                "if-none-match"?: string;
                /** @description a string at most 200 character(s) long */
                "idempotency-key"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        version: components["schemas"]["NonNegativeInt"];
                        position: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LengthRequired. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionConflict. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooLarge. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyReused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "performances.history": {
        parameters: {
            query?: {
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                language?: "en" | "de";
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Version"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "performances.document": {
        parameters: {
            query?: {
                /** @description a string at most 100 character(s) long */
                at?: string;
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
            };
            header?: {
                prefer?: string;
                "if-none-match"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Success */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "preferences.list": {
        parameters: {
            query?: {
                /** @description a string at most 100 character(s) long */
                at?: string;
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
                /** @description a string at most 200 character(s) long */
                name?: string;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Preferences"][];
                        isLast: boolean;
                        next?: string;
                        count: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "preferences.read": {
        parameters: {
            query?: {
                /** @description a string at most 100 character(s) long */
                at?: string;
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
            };
            header?: {
                prefer?: string;
                "if-none-match"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Preferences */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description Success */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "writes.preferences": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
                "if-none-match"?: string;
                /** @description a string at most 200 character(s) long */
                "idempotency-key"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreferencesWish"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        version: components["schemas"]["NonNegativeInt"];
                        position: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        version: components["schemas"]["NonNegativeInt"];
                        position: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LengthRequired. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionConflict. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooLarge. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyReused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "writes.deletePreferences": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
                "if-none-match"?: string;
                /** @description a string at most 200 character(s) long */
                "idempotency-key"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        id: string;
                        version: components["schemas"]["NonNegativeInt"];
                        position: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LengthRequired. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionConflict. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooLarge. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyReused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "preferences.history": {
        parameters: {
            query?: {
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                language?: "en" | "de";
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Version"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "backups.list": {
        parameters: {
            query?: {
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
                /** @description a string at most 100 character(s) long */
                since?: string;
                /** @description a string at most 100 character(s) long */
                until?: string;
                /** @description a string at most 100 character(s) long */
                tag?: string;
                /** @description a string at most 100 character(s) long */
                search?: string;
                trash?: boolean;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Backup"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "backupChanges.take": {
        parameters: {
            query?: never;
            header?: {
                /** @description a string at most 200 character(s) long */
                "idempotency-key"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * maxLength(2000)
                     * @description a string at most 2000 character(s) long
                     */
                    description?: string;
                    /**
                     * maxItems(100)
                     * @description an array of at most 100 item(s)
                     */
                    tags?: string[];
                    pinned?: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        backupId: string;
                        number: components["schemas"]["NonNegativeInt"];
                        /** Format: date-time */
                        timestamp: string;
                        description: string;
                        tags: string[];
                        pinned: boolean;
                        /** @enum {string} */
                        trigger: "manual" | "scheduled" | "safety" | "imported";
                        profile: string;
                        position: components["schemas"]["NonNegativeInt"];
                        root: string;
                        songs: components["schemas"]["NonNegativeInt"];
                        performances: components["schemas"]["NonNegativeInt"];
                        preferences: components["schemas"]["NonNegativeInt"];
                        size: components["schemas"]["NonNegativeInt"];
                        newBytes: components["schemas"]["NonNegativeInt"];
                        origin?: {
                            /** @enum {string} */
                            trigger?: "manual" | "scheduled" | "safety";
                            number?: components["schemas"]["NonNegativeInt"];
                            libraryId?: string;
                            source: string;
                        };
                        /** Format: date-time */
                        forgottenAt?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyReused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooManyToday. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "backups.read": {
        parameters: {
            query?: {
                /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                line?: string;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description BackupDetail */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupDetail"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "backupChanges.forget": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Backup */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backup"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "backupChanges.edit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * maxLength(2000)
                     * @description a string at most 2000 character(s) long
                     */
                    description?: string;
                    /**
                     * maxItems(100)
                     * @description an array of at most 100 item(s)
                     */
                    tags?: string[];
                    pinned?: boolean;
                };
            };
        };
        responses: {
            /** @description Backup */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backup"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "backupChanges.undelete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Backup */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backup"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "homes.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Library */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Library"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "homes.make": {
        parameters: {
            query?: never;
            header?: {
                "if-none-match"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * maxLength(100)
                     * @description a string at most 100 character(s) long
                     */
                    name: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                        id: string;
                        /**
                         * maxLength(100)
                         * @description a string at most 100 character(s) long
                         */
                        name: string;
                        sealed: boolean;
                        /** Format: date-time */
                        createdAt: string;
                        /**
                         * nonNegative
                         * @description a non-negative number
                         */
                        quota: components["schemas"]["Int"];
                        /**
                         * nonNegative
                         * @description a non-negative number
                         */
                        used: components["schemas"]["Int"];
                        arrivedAt: string | null;
                        /** @enum {string} */
                        home: "device" | "server";
                        group?: components["schemas"]["Group"];
                        /** Format: date-time */
                        eraseAt?: string;
                    };
                };
            };
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                        id: string;
                        /**
                         * maxLength(100)
                         * @description a string at most 100 character(s) long
                         */
                        name: string;
                        sealed: boolean;
                        /** Format: date-time */
                        createdAt: string;
                        /**
                         * nonNegative
                         * @description a non-negative number
                         */
                        quota: components["schemas"]["Int"];
                        /**
                         * nonNegative
                         * @description a non-negative number
                         */
                        used: components["schemas"]["Int"];
                        arrivedAt: string | null;
                        /** @enum {string} */
                        home: "device" | "server";
                        group?: components["schemas"]["Group"];
                        /** Format: date-time */
                        eraseAt?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description IdTaken. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NewRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooManyLibraries. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "homes.leave": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Library */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Library"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description HomeElsewhere. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooManyToday. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "homes.change": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * maxLength(100)
                     * @description a string at most 100 character(s) long
                     */
                    name?: string;
                    group?: components["schemas"]["Group"] | null;
                };
            };
        };
        responses: {
            /** @description Library */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Library"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "homes.stay": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Library */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Library"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description HomeElsewhere. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooManyToday. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "care.overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Overview */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "care.leave": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description SentAway */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentAway"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "care.erase": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * maxLength(100)
                     * @description a string at most 100 character(s) long
                     */
                    id: string;
                };
            };
        };
        responses: {
            /** @description ErasedLibrary */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasedLibrary"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "changes.list": {
        parameters: {
            query?: {
                since?: number;
                limit?: number;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LoggedChange"][];
                        isLast: boolean;
                        next: components["schemas"]["NonNegativeInt"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "changes.make": {
        parameters: {
            query?: never;
            header?: {
                /** @description a string at most 200 character(s) long */
                "idempotency-key"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangesWish"];
            };
        };
        responses: {
            /** @description WrittenAll */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenAll"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LengthRequired. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionConflict. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooLarge. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyReused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "operations.list": {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Operation"][];
                        isLast: boolean;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "operations.undo": {
        parameters: {
            query?: never;
            header?: {
                /** @description a string at most 200 character(s) long */
                "idempotency-key"?: string;
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string matching the pattern ^\d{1,15}$ */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    onConflict?: "keep" | "replace" | "both" | "combine";
                };
            };
        };
        responses: {
            /** @description Undone */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Undone"];
                };
            };
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        activity: "import" | "restore" | "undo" | "export";
                        /** Format: date-time */
                        startedAt: string;
                        endedAt: string | null;
                        outcome: ("done" | "failed") | null;
                        progress?: {
                            step: string;
                            done: components["schemas"]["NonNegativeInt"];
                            total: components["schemas"]["NonNegativeInt"];
                        };
                        imported?: components["schemas"]["Imported"];
                        restore?: components["schemas"]["Restore"];
                        undone?: components["schemas"]["Undone"];
                        file?: {
                            path: string;
                            name: string;
                            bytes: components["schemas"]["NonNegativeInt"];
                            /** Format: date-time */
                            until: string;
                        };
                        problem?: components["schemas"]["Problem"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound, OperationNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyReused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "imports.bring": {
        parameters: {
            query?: {
                dryRun?: boolean;
                onConflict?: "keep" | "replace" | "both" | "combine";
                backups?: boolean;
                merge?: boolean;
            };
            header?: {
                /** @description a string at most 200 character(s) long */
                "idempotency-key"?: string;
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Imported */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
                };
            };
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        activity: "import" | "restore" | "undo" | "export";
                        /** Format: date-time */
                        startedAt: string;
                        endedAt: string | null;
                        outcome: ("done" | "failed") | null;
                        progress?: {
                            step: string;
                            done: components["schemas"]["NonNegativeInt"];
                            total: components["schemas"]["NonNegativeInt"];
                        };
                        imported?: components["schemas"]["Imported"];
                        restore?: components["schemas"]["Restore"];
                        undone?: components["schemas"]["Undone"];
                        file?: {
                            path: string;
                            name: string;
                            bytes: components["schemas"]["NonNegativeInt"];
                            /** Format: date-time */
                            until: string;
                        };
                        problem?: components["schemas"]["Problem"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LengthRequired. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooLarge. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyReused, NotImportable, FileNotVerified. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "profiles.list": {
        parameters: {
            query?: never;
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Profile"][];
                        isLast: boolean;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "profiles.read": {
        parameters: {
            query?: never;
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 400 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound, ProfileNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "profiles.save": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
                "if-none-match"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 400 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileWish"];
            };
        };
        responses: {
            /** @description Profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound, ProfileNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving, TooManyProfiles. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ProfileChanged. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "profiles.remove": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
                "if-none-match"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 400 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound, ProfileNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ProfileChanged. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description VersionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "profiles.run": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 400 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        runs: components["schemas"]["Run"][];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound, ProfileNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooManyToday. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "profiles.runs": {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Run"][];
                        isLast: boolean;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "checks.list": {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["CheckRun"][];
                        isLast: boolean;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "checks.check": {
        parameters: {
            query?: never;
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description CheckRun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckRun"];
                };
            };
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        activity: "check";
                        /** Format: date-time */
                        startedAt: string;
                        endedAt: string | null;
                        outcome: ("done" | "failed") | null;
                        bytes: components["schemas"]["NonNegativeInt"];
                        damaged: string[];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany, TooManyToday. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "checks.run": {
        parameters: {
            query?: never;
            header?: {
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description CheckRun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckRun"] | components["schemas"]["LibraryRun"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "runs.file": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ExportGone. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "keys.list": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SealedPlace"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "keys.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 400 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description VaultKeys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VaultKeys"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "keys.makeKit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 400 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        slot: string;
                        fileName: string;
                        html: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "keys.testKit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 400 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * maxLength(200000)
                     * @description a string at most 200000 character(s) long
                     */
                    kit: string;
                };
            };
        };
        responses: {
            /** @description TestedKit */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestedKit"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "copies.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Copies */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Copies"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "copies.begin": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * maxLength(4096)
                     * @description a string at most 4096 character(s) long
                     */
                    place?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        isRunning: boolean;
                        copies: components["schemas"]["Copy"][];
                        vaults: string[];
                        offered: {
                            place: string;
                            label: string;
                        }[];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "feed.events": {
        parameters: {
            query?: {
                /** @description a string matching the pattern ^\d{1,15}$ */
                after?: string;
                limit?: number;
            };
            header?: {
                accept?: string;
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FeedEvent"][];
                        isLast: boolean;
                        next: string;
                        reset?: boolean;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "restores.onTheirWay": {
        parameters: {
            query?: {
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Restore"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "restores.list": {
        parameters: {
            query?: {
                /** @description a string at most 700 character(s) long */
                after?: string;
                limit?: number;
                state?: "planned" | "waiting" | "heard" | "applied" | "refused" | "failed" | "cancelled" | "undone";
            };
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Restore"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "restores.create": {
        parameters: {
            query?: never;
            header?: {
                /** @description a string at most 200 character(s) long */
                "idempotency-key"?: string;
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * maxLength(100)
                     * @description a string at most 100 character(s) long
                     */
                    at?: string;
                    /** @description a string matching the pattern ^[0-9a-f-]{36}$ */
                    line?: string;
                    /**
                     * positive
                     * @description a positive number
                     */
                    position?: components["schemas"]["Int"];
                    /** @description a string matching the pattern ^[0-9a-f]{64}$ */
                    chainHash?: string;
                    seen?: {
                        position: components["schemas"]["NonNegativeInt"];
                        /** @description a string matching the pattern ^[0-9a-f]{64}$ */
                        chainHash: string;
                    };
                    /**
                     * maxItems(200)
                     * @description an array of at most 200 item(s)
                     */
                    only?: {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        /**
                         * maxLength(1000)
                         * @description a string at most 1000 character(s) long
                         */
                        id: string;
                    }[];
                    /** @enum {string} */
                    mode?: "copy" | "replace";
                    /**
                     * maxLength(100)
                     * @description a string at most 100 character(s) long
                     */
                    device?: string;
                    exact?: boolean;
                    /** @enum {string} */
                    onConflict?: "keep" | "replace" | "both" | "combine";
                    /**
                     * maxItems(200)
                     * @description an array of at most 200 item(s)
                     */
                    decisions?: {
                        /** @enum {string} */
                        kind: "song" | "performance" | "preferences";
                        /**
                         * maxLength(1000)
                         * @description a string at most 1000 character(s) long
                         */
                        id: string;
                        /** @enum {string} */
                        choice: "keep" | "replace" | "both" | "combine";
                        /**
                         * maxItems(200)
                         * @description an array of at most 200 item(s)
                         */
                        parts?: {
                            /**
                             * maxLength(200)
                             * @description a string at most 200 character(s) long
                             */
                            name: string;
                            /** @enum {string} */
                            choice: "keep" | "replace" | "both" | "combine";
                        }[];
                    }[];
                    dryRun?: boolean;
                    /** @enum {string} */
                    language?: "en" | "de";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        library: string;
                        /** @enum {string} */
                        home: "server" | "device";
                        /** @enum {string} */
                        state: "planned" | "waiting" | "heard" | "applied" | "refused" | "failed" | "cancelled" | "undone";
                        revision: components["schemas"]["NonNegativeInt"];
                        /** @enum {string} */
                        mode: "copy" | "replace";
                        source: string;
                        position: components["schemas"]["NonNegativeInt"];
                        chainHash: string;
                        savedAt: string | null;
                        seen?: {
                            position: components["schemas"]["NonNegativeInt"];
                            chainHash: string;
                        };
                        only?: {
                            /** @enum {string} */
                            kind: "song" | "performance" | "preferences";
                            id: string;
                            name: string;
                        }[];
                        decisions?: {
                            /** @enum {string} */
                            kind: "song" | "performance" | "preferences";
                            id: string;
                            /** @enum {string} */
                            choice: "keep" | "replace" | "both" | "combine";
                            parts?: {
                                name: string;
                                /** @enum {string} */
                                choice: "keep" | "replace" | "both" | "combine";
                            }[];
                        }[];
                        from: string;
                        device: {
                            id: string;
                            name: string;
                        } | null;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        changedAt: string;
                        /** Format: date-time */
                        expiresAt?: string;
                        begun?: boolean;
                        reason?: string;
                        preview?: {
                            /** @enum {string} */
                            mode: "merge" | "exact";
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            items: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                /** @enum {string} */
                                action: "create" | "update" | "delete" | "keep";
                                conflict: boolean;
                                copyOf?: string;
                                changes: string[];
                                notes: string[];
                                parts?: {
                                    name: string;
                                    label?: string;
                                    words: string[];
                                    mayBeBoth: boolean;
                                }[];
                                replacing?: string[];
                            }[];
                        };
                        outcome?: {
                            songsRestored: components["schemas"]["NonNegativeInt"];
                            performancesRestored: components["schemas"]["NonNegativeInt"];
                            preferencesRestored: components["schemas"]["NonNegativeInt"];
                            errors: string[];
                            isSuccess: boolean;
                            triggered: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                columns: string[];
                                triggers: string[];
                            }[];
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            safetyBackupId?: string;
                        };
                        undone?: {
                            songsRestored: components["schemas"]["NonNegativeInt"];
                            performancesRestored: components["schemas"]["NonNegativeInt"];
                            preferencesRestored: components["schemas"]["NonNegativeInt"];
                            errors: string[];
                            isSuccess: boolean;
                            triggered: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                columns: string[];
                                triggers: string[];
                            }[];
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            safetyBackupId?: string;
                        };
                    };
                };
            };
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        library: string;
                        /** @enum {string} */
                        home: "server" | "device";
                        /** @enum {string} */
                        state: "planned" | "waiting" | "heard" | "applied" | "refused" | "failed" | "cancelled" | "undone";
                        revision: components["schemas"]["NonNegativeInt"];
                        /** @enum {string} */
                        mode: "copy" | "replace";
                        source: string;
                        position: components["schemas"]["NonNegativeInt"];
                        chainHash: string;
                        savedAt: string | null;
                        seen?: {
                            position: components["schemas"]["NonNegativeInt"];
                            chainHash: string;
                        };
                        only?: {
                            /** @enum {string} */
                            kind: "song" | "performance" | "preferences";
                            id: string;
                            name: string;
                        }[];
                        decisions?: {
                            /** @enum {string} */
                            kind: "song" | "performance" | "preferences";
                            id: string;
                            /** @enum {string} */
                            choice: "keep" | "replace" | "both" | "combine";
                            parts?: {
                                name: string;
                                /** @enum {string} */
                                choice: "keep" | "replace" | "both" | "combine";
                            }[];
                        }[];
                        from: string;
                        device: {
                            id: string;
                            name: string;
                        } | null;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        changedAt: string;
                        /** Format: date-time */
                        expiresAt?: string;
                        begun?: boolean;
                        reason?: string;
                        preview?: {
                            /** @enum {string} */
                            mode: "merge" | "exact";
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            items: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                /** @enum {string} */
                                action: "create" | "update" | "delete" | "keep";
                                conflict: boolean;
                                copyOf?: string;
                                changes: string[];
                                notes: string[];
                                parts?: {
                                    name: string;
                                    label?: string;
                                    words: string[];
                                    mayBeBoth: boolean;
                                }[];
                                replacing?: string[];
                            }[];
                        };
                        outcome?: {
                            songsRestored: components["schemas"]["NonNegativeInt"];
                            performancesRestored: components["schemas"]["NonNegativeInt"];
                            preferencesRestored: components["schemas"]["NonNegativeInt"];
                            errors: string[];
                            isSuccess: boolean;
                            triggered: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                columns: string[];
                                triggers: string[];
                            }[];
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            safetyBackupId?: string;
                        };
                        undone?: {
                            songsRestored: components["schemas"]["NonNegativeInt"];
                            performancesRestored: components["schemas"]["NonNegativeInt"];
                            preferencesRestored: components["schemas"]["NonNegativeInt"];
                            errors: string[];
                            isSuccess: boolean;
                            triggered: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                columns: string[];
                                triggers: string[];
                            }[];
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            safetyBackupId?: string;
                        };
                    };
                };
            };
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        library: string;
                        /** @enum {string} */
                        home: "server" | "device";
                        /** @enum {string} */
                        state: "planned" | "waiting" | "heard" | "applied" | "refused" | "failed" | "cancelled" | "undone";
                        revision: components["schemas"]["NonNegativeInt"];
                        /** @enum {string} */
                        mode: "copy" | "replace";
                        source: string;
                        position: components["schemas"]["NonNegativeInt"];
                        chainHash: string;
                        savedAt: string | null;
                        seen?: {
                            position: components["schemas"]["NonNegativeInt"];
                            chainHash: string;
                        };
                        only?: {
                            /** @enum {string} */
                            kind: "song" | "performance" | "preferences";
                            id: string;
                            name: string;
                        }[];
                        decisions?: {
                            /** @enum {string} */
                            kind: "song" | "performance" | "preferences";
                            id: string;
                            /** @enum {string} */
                            choice: "keep" | "replace" | "both" | "combine";
                            parts?: {
                                name: string;
                                /** @enum {string} */
                                choice: "keep" | "replace" | "both" | "combine";
                            }[];
                        }[];
                        from: string;
                        device: {
                            id: string;
                            name: string;
                        } | null;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        changedAt: string;
                        /** Format: date-time */
                        expiresAt?: string;
                        begun?: boolean;
                        reason?: string;
                        preview?: {
                            /** @enum {string} */
                            mode: "merge" | "exact";
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            items: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                /** @enum {string} */
                                action: "create" | "update" | "delete" | "keep";
                                conflict: boolean;
                                copyOf?: string;
                                changes: string[];
                                notes: string[];
                                parts?: {
                                    name: string;
                                    label?: string;
                                    words: string[];
                                    mayBeBoth: boolean;
                                }[];
                                replacing?: string[];
                            }[];
                        };
                        outcome?: {
                            songsRestored: components["schemas"]["NonNegativeInt"];
                            performancesRestored: components["schemas"]["NonNegativeInt"];
                            preferencesRestored: components["schemas"]["NonNegativeInt"];
                            errors: string[];
                            isSuccess: boolean;
                            triggered: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                columns: string[];
                                triggers: string[];
                            }[];
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            safetyBackupId?: string;
                        };
                        undone?: {
                            songsRestored: components["schemas"]["NonNegativeInt"];
                            performancesRestored: components["schemas"]["NonNegativeInt"];
                            preferencesRestored: components["schemas"]["NonNegativeInt"];
                            errors: string[];
                            isSuccess: boolean;
                            triggered: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                columns: string[];
                                triggers: string[];
                            }[];
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            safetyBackupId?: string;
                        };
                    } | {
                        id: string;
                        /** @enum {string} */
                        activity: "import" | "restore" | "undo" | "export";
                        /** Format: date-time */
                        startedAt: string;
                        endedAt: string | null;
                        outcome: ("done" | "failed") | null;
                        progress?: {
                            step: string;
                            done: components["schemas"]["NonNegativeInt"];
                            total: components["schemas"]["NonNegativeInt"];
                        };
                        imported?: components["schemas"]["Imported"];
                        restore?: components["schemas"]["Restore"];
                        undone?: components["schemas"]["Undone"];
                        file?: {
                            path: string;
                            name: string;
                            bytes: components["schemas"]["NonNegativeInt"];
                            /** Format: date-time */
                            until: string;
                        };
                        problem?: components["schemas"]["Problem"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound, DeviceNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sealed, SeveralDevices, Damaged, LibraryFailed, HomeElsewhere, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PlanOutdated. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyReused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KeyRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany, TooManyToday. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "restores.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Restore */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Restore"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "restores.report": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    state: "heard" | "applied" | "refused" | "failed";
                    begins?: boolean;
                    /** @enum {string} */
                    reason?: "NotWanted" | "AnotherHistory" | "NotKept" | "Failed";
                    outcome?: {
                        songsRestored: components["schemas"]["NonNegativeInt"];
                        performancesRestored: components["schemas"]["NonNegativeInt"];
                        preferencesRestored: components["schemas"]["NonNegativeInt"];
                        errors: string[];
                        isSuccess: boolean;
                        triggered: {
                            /** @enum {string} */
                            kind: "song" | "performance" | "preferences";
                            id: string;
                            name: string;
                            columns: string[];
                            triggers: string[];
                        }[];
                        plan: {
                            create: components["schemas"]["NonNegativeInt"];
                            update: components["schemas"]["NonNegativeInt"];
                            delete: components["schemas"]["NonNegativeInt"];
                            keep: components["schemas"]["NonNegativeInt"];
                            unchanged: components["schemas"]["NonNegativeInt"];
                        };
                        conflicts: components["schemas"]["NonNegativeInt"];
                        safetyBackupId?: string;
                    };
                };
            };
        };
        responses: {
            /** @description Restore */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Restore"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RestoreOver. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RevisionOutdated. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RevisionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "restores.apply": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        library: string;
                        /** @enum {string} */
                        home: "server" | "device";
                        /** @enum {string} */
                        state: "planned" | "waiting" | "heard" | "applied" | "refused" | "failed" | "cancelled" | "undone";
                        revision: components["schemas"]["NonNegativeInt"];
                        /** @enum {string} */
                        mode: "copy" | "replace";
                        source: string;
                        position: components["schemas"]["NonNegativeInt"];
                        chainHash: string;
                        savedAt: string | null;
                        seen?: {
                            position: components["schemas"]["NonNegativeInt"];
                            chainHash: string;
                        };
                        only?: {
                            /** @enum {string} */
                            kind: "song" | "performance" | "preferences";
                            id: string;
                            name: string;
                        }[];
                        decisions?: {
                            /** @enum {string} */
                            kind: "song" | "performance" | "preferences";
                            id: string;
                            /** @enum {string} */
                            choice: "keep" | "replace" | "both" | "combine";
                            parts?: {
                                name: string;
                                /** @enum {string} */
                                choice: "keep" | "replace" | "both" | "combine";
                            }[];
                        }[];
                        from: string;
                        device: {
                            id: string;
                            name: string;
                        } | null;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        changedAt: string;
                        /** Format: date-time */
                        expiresAt?: string;
                        begun?: boolean;
                        reason?: string;
                        preview?: {
                            /** @enum {string} */
                            mode: "merge" | "exact";
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            items: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                /** @enum {string} */
                                action: "create" | "update" | "delete" | "keep";
                                conflict: boolean;
                                copyOf?: string;
                                changes: string[];
                                notes: string[];
                                parts?: {
                                    name: string;
                                    label?: string;
                                    words: string[];
                                    mayBeBoth: boolean;
                                }[];
                                replacing?: string[];
                            }[];
                        };
                        outcome?: {
                            songsRestored: components["schemas"]["NonNegativeInt"];
                            performancesRestored: components["schemas"]["NonNegativeInt"];
                            preferencesRestored: components["schemas"]["NonNegativeInt"];
                            errors: string[];
                            isSuccess: boolean;
                            triggered: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                columns: string[];
                                triggers: string[];
                            }[];
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            safetyBackupId?: string;
                        };
                        undone?: {
                            songsRestored: components["schemas"]["NonNegativeInt"];
                            performancesRestored: components["schemas"]["NonNegativeInt"];
                            preferencesRestored: components["schemas"]["NonNegativeInt"];
                            errors: string[];
                            isSuccess: boolean;
                            triggered: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                columns: string[];
                                triggers: string[];
                            }[];
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            safetyBackupId?: string;
                        };
                    };
                };
            };
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        library: string;
                        /** @enum {string} */
                        home: "server" | "device";
                        /** @enum {string} */
                        state: "planned" | "waiting" | "heard" | "applied" | "refused" | "failed" | "cancelled" | "undone";
                        revision: components["schemas"]["NonNegativeInt"];
                        /** @enum {string} */
                        mode: "copy" | "replace";
                        source: string;
                        position: components["schemas"]["NonNegativeInt"];
                        chainHash: string;
                        savedAt: string | null;
                        seen?: {
                            position: components["schemas"]["NonNegativeInt"];
                            chainHash: string;
                        };
                        only?: {
                            /** @enum {string} */
                            kind: "song" | "performance" | "preferences";
                            id: string;
                            name: string;
                        }[];
                        decisions?: {
                            /** @enum {string} */
                            kind: "song" | "performance" | "preferences";
                            id: string;
                            /** @enum {string} */
                            choice: "keep" | "replace" | "both" | "combine";
                            parts?: {
                                name: string;
                                /** @enum {string} */
                                choice: "keep" | "replace" | "both" | "combine";
                            }[];
                        }[];
                        from: string;
                        device: {
                            id: string;
                            name: string;
                        } | null;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        changedAt: string;
                        /** Format: date-time */
                        expiresAt?: string;
                        begun?: boolean;
                        reason?: string;
                        preview?: {
                            /** @enum {string} */
                            mode: "merge" | "exact";
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            items: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                /** @enum {string} */
                                action: "create" | "update" | "delete" | "keep";
                                conflict: boolean;
                                copyOf?: string;
                                changes: string[];
                                notes: string[];
                                parts?: {
                                    name: string;
                                    label?: string;
                                    words: string[];
                                    mayBeBoth: boolean;
                                }[];
                                replacing?: string[];
                            }[];
                        };
                        outcome?: {
                            songsRestored: components["schemas"]["NonNegativeInt"];
                            performancesRestored: components["schemas"]["NonNegativeInt"];
                            preferencesRestored: components["schemas"]["NonNegativeInt"];
                            errors: string[];
                            isSuccess: boolean;
                            triggered: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                columns: string[];
                                triggers: string[];
                            }[];
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            safetyBackupId?: string;
                        };
                        undone?: {
                            songsRestored: components["schemas"]["NonNegativeInt"];
                            performancesRestored: components["schemas"]["NonNegativeInt"];
                            preferencesRestored: components["schemas"]["NonNegativeInt"];
                            errors: string[];
                            isSuccess: boolean;
                            triggered: {
                                /** @enum {string} */
                                kind: "song" | "performance" | "preferences";
                                id: string;
                                name: string;
                                columns: string[];
                                triggers: string[];
                            }[];
                            plan: {
                                create: components["schemas"]["NonNegativeInt"];
                                update: components["schemas"]["NonNegativeInt"];
                                delete: components["schemas"]["NonNegativeInt"];
                                keep: components["schemas"]["NonNegativeInt"];
                                unchanged: components["schemas"]["NonNegativeInt"];
                            };
                            conflicts: components["schemas"]["NonNegativeInt"];
                            safetyBackupId?: string;
                        };
                    } | {
                        id: string;
                        /** @enum {string} */
                        activity: "import" | "restore" | "undo" | "export";
                        /** Format: date-time */
                        startedAt: string;
                        endedAt: string | null;
                        outcome: ("done" | "failed") | null;
                        progress?: {
                            step: string;
                            done: components["schemas"]["NonNegativeInt"];
                            total: components["schemas"]["NonNegativeInt"];
                        };
                        imported?: components["schemas"]["Imported"];
                        restore?: components["schemas"]["Restore"];
                        undone?: components["schemas"]["Undone"];
                        file?: {
                            path: string;
                            name: string;
                            bytes: components["schemas"]["NonNegativeInt"];
                            /** Format: date-time */
                            until: string;
                        };
                        problem?: components["schemas"]["Problem"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RestoreOver, Sealed, SeveralDevices, Damaged, LibraryFailed, Leaving. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RevisionOutdated, PlanOutdated. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RevisionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany, TooManyToday. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "restores.cancel": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Restore */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Restore"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RestoreOver. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RevisionOutdated. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RevisionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "restores.undo": {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
                prefer?: string;
            };
            path: {
                /** @description a string matching the pattern ^[a-z0-9][a-z0-9-]{0,62}$ */
                library: string;
                /** @description a string at most 100 character(s) long */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Restore */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Restore"];
                };
            };
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        activity: "import" | "restore" | "undo" | "export";
                        /** Format: date-time */
                        startedAt: string;
                        endedAt: string | null;
                        outcome: ("done" | "failed") | null;
                        progress?: {
                            step: string;
                            done: components["schemas"]["NonNegativeInt"];
                            total: components["schemas"]["NonNegativeInt"];
                        };
                        imported?: components["schemas"]["Imported"];
                        restore?: components["schemas"]["Restore"];
                        undone?: components["schemas"]["Undone"];
                        file?: {
                            path: string;
                            name: string;
                            bytes: components["schemas"]["NonNegativeInt"];
                            /** Format: date-time */
                            until: string;
                        };
                        problem?: components["schemas"]["Problem"];
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotFound, NothingThere, BackupNotFound, EntityNotFound, MomentNotFound. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RestoreOver, Sealed, SeveralDevices, Damaged, LibraryFailed, Leaving, HomeElsewhere. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ContentReleased. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RevisionOutdated. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RevisionRequired. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Opening, FilesAway, Busy, Stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "inbox.list": {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Restore"][];
                        isLast: boolean;
                        next?: string;
                    };
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TooMany. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "settings.read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Settings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "settings.change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsChange"];
            };
        };
        responses: {
            /** @description Settings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description It does not fit this document. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotSignedIn. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NotAllowed, OriginRefused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description InternalFault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "blobs.list": {
        parameters: {
            query?: {
                prefix?: string;
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                library: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlobPage"];
                };
            };
            /** @description Not a question that can be answered. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid access came along. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This access may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such library for this access, or no such file in it. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "blobs.get": {
        parameters: {
            query?: never;
            header?: {
                /** @description One range: bytes=FIRST-LAST. */
                range?: string;
            };
            path: {
                library: string;
                /** @description Parts of [a-z0-9.-] with / between them. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The bytes of the range, cut at the end. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description No valid access came along. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This access may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such library for this access, or no such file in it. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The range begins behind the end. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "blobs.put": {
        parameters: {
            query?: never;
            header: {
                /** @description Always *. */
                "if-none-match": string;
                /** @description sha-256=:BASE64: of the bytes, which is checked. */
                "content-digest": string;
            };
            path: {
                library: string;
                /** @description Parts of [a-z0-9.-] with / between them. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description It is kept, and durable. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The same bytes were there. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not the name of a file. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid access came along. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This access may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such library for this access, or no such file in it. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another library, or not sealed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No Content-Length. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Other bytes are there under that name. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Larger than anything that is taken. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes are not those of Content-Digest. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without If-None-Match: * and Content-Digest. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many uploads at once. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No room left. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "blobs.delete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                library: string;
                /** @description Parts of [a-z0-9.-] with / between them. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is not there now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access came along. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This access may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such library for this access, or no such file in it. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description HomeHere. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "blobs.head": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                library: string;
                /** @description Parts of [a-z0-9.-] with / between them. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is there. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid access came along. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This access may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such library for this access, or no such file in it. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
