/**
 * Remote backups and restores over HTTP: the API definition, its server and the derived client.
 *
 * Nothing is exported yet; see this package's README for what comes.
 *
 * @module
 */
export {}
