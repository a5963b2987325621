import { accountB } from '../support/ledger-commands.ts'

/*
 * The controls of reconciling, over the history that its test makes: five verifications of one account, and a second account beside it.
 */

export const captured = "(SELECT verification_id FROM outcomes WHERE disposition = 'captured')"
const released = "(SELECT verification_id FROM outcomes WHERE disposition = 'released')"
const opened =
  '(SELECT min(id) FROM verifications WHERE id NOT IN (SELECT verification_id FROM outcomes) AND id NOT IN (SELECT verification_id FROM doubts))'
const accountOfA = '(SELECT account_id FROM verifications LIMIT 1)'

/** One thing broken by SQL, and everything that must be said about it. */
export const breaks: [string, string[], string[]][] = [
  [
    'a balance that does not add up',
    ['UPDATE grants SET refunded = refunded + 1 WHERE captured > 0'],
    ['I1 grants are conserved and I2 never negative', 'I12 balances are the fold of the journal'],
  ],
  [
    'a negative balance',
    ['UPDATE grants SET expired = -1, available = available + 1 WHERE captured > 0'],
    ['I1 grants are conserved and I2 never negative', 'I12 balances are the fold of the journal'],
  ],
  [
    'credits moved from held to available although the hold stands',
    ['UPDATE grants SET held = held - 1, available = available + 1 WHERE held > 0'],
    [
      'I3 held credits are those of verifications without an ending, captured those of captured ones',
      'I12 balances are the fold of the journal',
    ],
  ],
  [
    'an ending without a verification',
    [
      `INSERT INTO outcomes SELECT 1, account_id, outcome, disposition, credits, available, source_id, source_reference, source_billed, reason, settled_by, settled_at, seq, leaf_index, leaf_hash, NULL, NULL FROM outcomes WHERE verification_id = ${captured}`,
    ],
    [
      'I4 an ending belongs to a hold of the same account and charges what was held or nothing',
      'I4 every ending has one journal entry, and nothing without an ending has one',
      'I11 every ending has its leaf',
    ],
  ],
  [
    'an ending that charges more than was held',
    [`UPDATE outcomes SET credits = 2 WHERE verification_id = ${captured}`],
    [
      'I3 held credits are those of verifications without an ending, captured those of captured ones',
      'I4 an ending belongs to a hold of the same account and charges what was held or nothing',
      'rollups are the fold of the endings',
      'I11 an ending says what its leaf says',
    ],
  ],
  [
    'an ending whose account is another',
    [`UPDATE outcomes SET account_id = '${accountB}' WHERE verification_id = ${released}`],
    ['I4 an ending belongs to a hold of the same account and charges what was held or nothing'],
  ],
  [
    'an entry of an ending that does not exist',
    [`UPDATE entries SET kind = 'capture' WHERE kind = 'doubt'`],
    ['I4 every ending has one journal entry, and nothing without an ending has one'],
  ],
  [
    'an ending without its entry',
    [`UPDATE entries SET kind = 'other' WHERE verification_id = ${captured} AND kind = 'capture'`],
    [
      'I4 every ending has one journal entry, and nothing without an ending has one',
      'I11 every ending has its leaf',
      'I12 balances are the fold of the journal',
      'I11 a leaf says what its entry says',
      'the moves of grants by day are the fold of the journal up to their watermark',
      'the rollups of an account charge what its journal captured',
    ],
  ],
  [
    'two verifications under one idempotency key',
    [
      `UPDATE verifications SET idempotency = (SELECT idempotency FROM verifications WHERE id = (SELECT max(id) FROM verifications)) WHERE id = ${opened}`,
    ],
    ['I5 one verification for one idempotency key'],
  ],
  [
    'an index entry that is missing',
    [`DELETE FROM used_keys WHERE verification_id = ${captured}`],
    ['I5 the idempotency index equals the verifications up to its watermark'],
  ],
  [
    'an index entry that leads to another verification',
    [`UPDATE used_keys SET verification_id = 1 WHERE verification_id = ${captured}`],
    ['I5 the idempotency index equals the verifications up to its watermark'],
  ],
  [
    'an index entry under another key',
    [`UPDATE used_keys SET prefix = 'made up' WHERE verification_id = ${captured}`],
    ['I5 the idempotency index equals the verifications up to its watermark'],
  ],
  [
    'an index entry too many',
    [`INSERT INTO used_keys VALUES ('made up', 1)`],
    ['I5 the idempotency index equals the verifications up to its watermark'],
  ],
  [
    'an index entry of before that leads nowhere',
    [`INSERT INTO idempotency_index VALUES ('${accountB}', 'made up', 1)`],
    ['I5 the idempotency index equals the verifications up to its watermark'],
  ],
  [
    'an index entry in both tables',
    [`INSERT INTO idempotency_index SELECT account_id, idempotency, id FROM verifications WHERE id = ${captured}`],
    ['I5 the idempotency index equals the verifications up to its watermark'],
  ],
  [
    'a charge for a released verification',
    [`UPDATE outcomes SET credits = 1 WHERE verification_id = ${released}`],
    [
      'I9 nothing released is charged and nothing is charged that the agreement does not charge',
      'rollups are the fold of the endings',
      'I11 an ending says what its leaf says',
    ],
  ],
  [
    'a charge for an outcome that the agreement does not charge',
    [`UPDATE outcomes SET outcome = 'no_record' WHERE verification_id = ${captured}`],
    [
      'I9 nothing released is charged and nothing is charged that the agreement does not charge',
      'rollups are the fold of the endings',
      'I11 an ending says what its leaf says',
    ],
  ],
  [
    'a doubt without a verification',
    [`UPDATE doubts SET verification_id = 1`],
    ['I10 a doubt belongs to a hold of the same account'],
  ],
  [
    'a doubt of another account',
    [`UPDATE doubts SET account_id = '${accountB}'`],
    ['I10 a doubt belongs to a hold of the same account'],
  ],
  [
    'an ending whose leaf is not that of its entry',
    [`UPDATE outcomes SET leaf_hash = 'x' WHERE verification_id = ${captured}`],
    ['I11 every ending has its leaf'],
  ],
  [
    'an ending without a leaf',
    [
      `UPDATE entries SET leaf = NULL, leaf_hash = NULL, leaf_index = NULL WHERE verification_id = ${captured} AND kind = 'capture'`,
    ],
    [
      'I11 every ending has its leaf',
      'I11 the leaves of an account are gapless',
      'I12 the account counts its entries and leaves',
    ],
  ],
  [
    'a leaf that was edited',
    [`UPDATE entries SET leaf = replace(leaf, '"credits":1', '"credits":0') WHERE kind = 'capture'`],
    ['I11 a leaf hash is the hash of its leaf', 'I11 an ending says what its leaf says'],
  ],
  [
    'a leaf under another number',
    [`UPDATE entries SET leaf_index = 99 WHERE kind = 'create_key' AND account_id = '${accountB}'`],
    ['I11 the leaves of an account are gapless', 'I11 a leaf says what its entry says'],
  ],
  [
    'a journal line that is missing',
    [`DELETE FROM entries WHERE kind = 'doubt'`],
    [
      'I12 the account counts its entries and leaves',
      'I12 the journal of an account is gapless',
      'the last journal number of a day is that of the journal up to the watermark',
      'the watermark of the sums by day is the number of an entry',
    ],
  ],
  [
    'an account that counts its leaves wrongly',
    [`UPDATE accounts SET leaves = leaves - 1 WHERE id = '${accountB}'`],
    ['I12 the account counts its entries and leaves'],
  ],
  [
    'a grant that the journal does not know',
    [`INSERT INTO grants VALUES (1, '${accountB}', NULL, 'id2', 'live', 100, 5, 5, 0, 0, 0, 0, 0, NULL, 100)`],
    ['I12 balances are the fold of the journal'],
  ],
  [
    'a grant of the journal that is gone',
    [`DELETE FROM grants WHERE account_id = '${accountB}'`],
    ['I12 balances are the fold of the journal'],
  ],
  [
    'a hold without a consent',
    [`UPDATE verifications SET consent_id = 1 WHERE id = ${released}`],
    ['I13 every hold names a consent of the same account that was recorded before it', 'I11 an ending says what its leaf says'],
  ],
  [
    'a hold with a consent of another account',
    [`UPDATE verifications SET consent_id = (SELECT id FROM consents WHERE account_id = '${accountB}') WHERE id = ${released}`],
    ['I13 every hold names a consent of the same account that was recorded before it', 'I11 an ending says what its leaf says'],
  ],
  [
    'a consent that was recorded after the hold',
    [`UPDATE consents SET recorded_at = recorded_at + 500 WHERE account_id = ${accountOfA}`],
    ['I13 every hold names a consent of the same account that was recorded before it'],
  ],
  [
    'a use of a consent that nobody made',
    [`UPDATE consents SET uses = uses + 1 WHERE account_id = ${accountOfA}`],
    ['I13 the uses of a consent are its open verifications and delivered answers'],
  ],
  [
    'a consent of nobody',
    [`UPDATE consents SET subject_id = 1 WHERE account_id = '${accountB}'`],
    ['every consent points to a data subject of the same account'],
  ],
  [
    'a hold after a suspension of the account',
    [`UPDATE entries SET kind = 'other' WHERE kind = 'resume_account'`],
    ['I14 nothing is held after a suspension or closing', 'I11 a leaf says what its entry says'],
  ],
  [
    'a hold after a suspension of the key',
    [`UPDATE entries SET kind = 'other' WHERE kind = 'resume_key'`],
    ['I14 nothing is held after a suspension or closing', 'I11 a leaf says what its entry says'],
  ],
  [
    'a hold after the closing',
    [`UPDATE entries SET kind = 'close_account' WHERE kind = 'resume_account'`],
    ['I14 nothing is held after a suspension or closing', 'I11 a leaf says what its entry says'],
  ],
  [
    'a rollup that counts too much',
    [`UPDATE rollups SET count = count + 1 WHERE outcome = 'match'`],
    ['rollups are the fold of the endings'],
  ],
  [
    'a hold that another account pays for',
    [`UPDATE grants SET account_id = '${accountB}' WHERE captured > 0`],
    ['I3 a hold is paid by a grant of the same account, check and mode'],
  ],
  [
    'a hold that is paid by nothing',
    [`UPDATE verifications SET grant_id = 1 WHERE id = ${released}`],
    ['I3 a hold is paid by a grant of the same account, check and mode', 'I11 an ending says what its leaf says'],
  ],
  [
    'an outcome that was edited together with its rollup',
    [
      `UPDATE outcomes SET outcome = 'mismatch' WHERE verification_id = ${captured}`,
      "UPDATE rollups SET outcome = 'mismatch' WHERE outcome = 'match'",
    ],
    ['I11 an ending says what its leaf says'],
  ],
  [
    'a journal line that was moved in time',
    ["UPDATE entries SET at = at - 1 WHERE kind = 'capture'"],
    ['I11 a leaf says what its entry says'],
  ],
  [
    'terms that were edited',
    ['UPDATE agreements SET terms = replace(terms, \'"settleWithinDays":3\', \'"settleWithinDays":4\')'],
    ['the digest of an agreement is that of its terms'],
  ],
  [
    'a rollup that is missing',
    [`DELETE FROM rollups WHERE outcome = 'match'`],
    ['rollups are the fold of the endings', 'the rollups of an account charge what its journal captured'],
  ],
  [
    'a rollup that charges too much',
    [`UPDATE rollups SET credits = credits + 1 WHERE outcome = 'match'`],
    ['rollups are the fold of the endings', 'the rollups of an account charge what its journal captured'],
  ],
  [
    'a rollup with another cost',
    [`UPDATE rollups SET cost_micro_yuan = 1 WHERE outcome = 'match'`],
    ['rollups are the fold of the endings'],
  ],
  ...(['granted', 'held', 'captured', 'released', 'expired', 'refunded'] as const).map((bucket): [string, string[], string[]] => [
    `a sum of a day that says another number of ${bucket} credits`,
    [`UPDATE grant_days SET ${bucket} = ${bucket} + 1 WHERE captured > 0`],
    ['the moves of grants by day are the fold of the journal up to their watermark'],
  ]),
  [
    'a day of a grant that is missing',
    ['DELETE FROM grant_days WHERE captured > 0'],
    ['the moves of grants by day are the fold of the journal up to their watermark'],
  ],
  [
    'a day of a grant on another day',
    ["UPDATE grant_days SET day = date(day, '+1 day') WHERE captured > 0"],
    ['the moves of grants by day are the fold of the journal up to their watermark'],
  ],
  [
    'a day of a grant under another account',
    [`UPDATE grant_days SET account_id = '${accountB}' WHERE captured > 0`],
    ['the moves of grants by day are the fold of the journal up to their watermark'],
  ],
  [
    'a last number of a day that is not the last',
    [`UPDATE account_days SET last_seq = last_seq - 1`],
    ['the last journal number of a day is that of the journal up to the watermark'],
  ],
  [
    'a last number of a day that is missing',
    ['DELETE FROM account_days'],
    ['the last journal number of a day is that of the journal up to the watermark'],
  ],
  [
    'a watermark above the journal',
    // What comes next would be left out.
    ["UPDATE watermarks SET value = value + 1 WHERE name = 'summed'"],
    ['the watermark of the sums by day is the number of an entry'],
  ],
  [
    'a rollup on another day',
    [`UPDATE rollups SET service_day = '2024-08-03' WHERE outcome = 'match'`],
    ['rollups are the fold of the endings'],
  ],
]
