/** What the control database itself says of who moved the head of which library, whatever the nodes say. */
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Postgres } from "./postgres.js"

/** Writes each move of a head down from now on. */
export const auditHeads = ({ say }: Postgres, url: Redacted.Redacted): Effect.Effect<void> =>
  Effect.asVoid(
    say(
      url,
      `CREATE TABLE moved (number BIGSERIAL, library TEXT, fence BIGINT, line TEXT, position BIGINT);
      CREATE FUNCTION note_move() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        INSERT INTO moved (library, fence, line, position)
          VALUES (NEW.id, NEW.fence, NEW.head_line, NEW.head_position);
        RETURN NEW; END $$;
      CREATE TRIGGER moves AFTER UPDATE OF head_position ON library FOR EACH ROW EXECUTE FUNCTION note_move();`
    )
  )

interface Owner {
  readonly library: string
  readonly fence: number
  readonly lines: number
  /** None before it moved the head after it did, and the head never went back. */
  readonly isInOrder: boolean
}

/** Every ownership under which a head was moved. */
export const fencesOf = ({ say }: Postgres, url: Redacted.Redacted): Effect.Effect<ReadonlyArray<Owner>> =>
  Effect.map(
    say(
      url,
      `WITH steps AS (SELECT *, lag(fence, 1, 0::BIGINT) OVER one AS fence_before,
          lag(position, 1, 0::BIGINT) OVER one AS position_before FROM moved WINDOW one AS (PARTITION BY library ORDER BY number))
        SELECT json_build_object('library', library, 'fence', fence, 'lines', count(DISTINCT line),
          'isInOrder', bool_and(fence >= fence_before AND position >= position_before)) FROM steps GROUP BY library, fence`
    ),
    (text) => text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Owner]))
  )
