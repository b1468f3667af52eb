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
  /** Those that it began: where it found nothing new it says of the line before it how far that goes. */
  readonly lines: number
  /** None before it moved the head after it did, and the head never went back, also not to the line before it. */
  readonly isInOrder: boolean
}

/** Every ownership under which a head was moved. */
export const fencesOf = ({ say }: Postgres, url: Redacted.Redacted): Effect.Effect<ReadonlyArray<Owner>> =>
  Effect.map(
    say(
      url,
      `WITH steps AS (SELECT *, lag(fence, 1, 0::BIGINT) OVER one AS fence_before,
          lag(position, 1, 0::BIGINT) OVER one AS position_before, lag(line, 1, '') OVER one AS line_before
          FROM moved WINDOW one AS (PARTITION BY library ORDER BY number)),
        begun AS (SELECT *, first_value(line_before) OVER (PARTITION BY library, fence ORDER BY number) AS parent FROM steps)
        SELECT json_build_object('library', library, 'fence', fence,
          'lines', count(DISTINCT line) FILTER (WHERE line <> parent),
          'isInOrder', bool_and(fence >= fence_before AND position >= position_before
            AND (line <> parent OR line_before = parent))) FROM begun GROUP BY library, fence`
    ),
    (text) => text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Owner]))
  )
