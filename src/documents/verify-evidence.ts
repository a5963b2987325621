import { canonicalJson } from '../core/canonical-json.ts'
import { type IdPrefix, parseId } from '../core/ids.ts'
import { isIncluded } from '../core/merkle.ts'
import type { Crypto } from '../core/ports.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import { evidenceFormat } from './charge-evidence.ts'

/** One thing that was checked, and whether it holds. */
export interface EvidenceCheck {
  name: string
  holds: boolean
}

type Json = Record<string, unknown>

const membersOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const numberIn = (id: unknown, prefix: IdPrefix): number | null => parseId(textOf(id), prefix)?.n ?? null

const parse = (text: string): Json | null => {
  try {
    return membersOf(JSON.parse(text))
  } catch {
    return null
  }
}

/** The leaf is what its hash says, and says what the line of the journal says. */
const holdsLeaf = ({ sha256 }: Pick<Crypto, 'sha256'>, accountId: unknown, entry: Json): boolean => {
  if (entry.leaf === null) return entry.kind === 'hold' || entry.kind === 'doubt'
  const leaf = membersOf(entry.leaf)
  const said = parse(textOf(leaf.text))
  return (
    said !== null &&
    sha256(`\0${textOf(leaf.text)}`) === leaf.hash &&
    said.account === accountId &&
    said.index === leaf.index &&
    said.seq === entry.seq &&
    said.event === entry.kind &&
    typeof said.at === 'number' &&
    toRfc3339(said.at) === entry.at
  )
}

/** What the audit log says of the call is what the file says of it. */
const holdsCall = ({ call: given, consent, dispute, account_id: accountId }: Json, leaf: Json): boolean => {
  const call = membersOf(given)
  const source = membersOf(call.source)
  return (
    leaf.event === 'capture' &&
    call.charged === true &&
    call.state === 'captured' &&
    parseId(textOf(call.id), 'ver')?.accountId === accountId &&
    leaf.verification === numberIn(call.id, 'ver') &&
    leaf.key === numberIn(call.api_key_id, 'key') &&
    leaf.consent === numberIn(call.consent_id, 'con') &&
    leaf.check === call.check &&
    leaf.outcome === call.outcome &&
    leaf.credits === call.credits &&
    leaf.source === (call.source === null ? null : source.id) &&
    leaf.source_reference === (call.source === null ? null : source.reference) &&
    membersOf(consent).id === call.consent_id &&
    membersOf(dispute).verification_id === call.id
  )
}

/**
 * Checks an evidence file with nothing but the file. That the root is the log's own is for a root that was had by another way to
 * say; everything else is in here.
 */
export const checkEvidence = (crypto: Pick<Crypto, 'sha256'>, text: string): EvidenceCheck[] => {
  const file = parse(text)
  if (file?.format !== evidenceFormat) return [{ name: 'it is an evidence file of a known form', holds: false }]
  const { digest, ...rest } = file
  const entries = listOf(file.entries).map(membersOf)
  const captures = entries.filter(({ kind }) => kind === 'capture')
  const captured = membersOf(captures[0]?.leaf)
  const leaf = parse(textOf(captured.text)) ?? {}
  const log = membersOf(file.log)
  const agreement = membersOf(file.agreement)
  const audit = membersOf(membersOf(file.call).audit)
  const proof = {
    index: Number(log.index),
    size: Number(log.size),
    leafHash: textOf(log.leaf_hash),
    path: listOf(log.path).map(textOf),
    root: textOf(log.root),
  }
  const checks: [string, () => boolean][] = [
    ['it is an evidence file of a known form', () => canonicalJson(file) === text],
    ['nothing of it was changed: its digest is its own', () => crypto.sha256(canonicalJson(rest)) === digest],
    [
      'every leaf has its hash and says what its line says',
      () => entries.every((entry) => holdsLeaf(crypto, file.account_id, entry)),
    ],
    [
      'the capture is the leaf that is proved',
      () =>
        captures.length === 1 &&
        captured.index === proof.index &&
        captured.hash === proof.leafHash &&
        audit.index === proof.index &&
        audit.leaf_hash === proof.leafHash,
    ],
    ['the leaf is in the log of this size and root', () => isIncluded(crypto, proof)],
    ['the call, its consent and the dispute are those of the leaf', () => holdsCall(file, leaf)],
    [
      'the agreement has its digest',
      () =>
        crypto.sha256(textOf(agreement.terms)) === agreement.digest &&
        parse(textOf(agreement.terms))?.preset === agreement.preset,
    ],
  ]
  return checks.map(([name, holds]) => ({ name, holds: holdsSafely(holds) }))
}

/** What cannot even be checked, such as a text without a canonical form, does not hold. */
const holdsSafely = (holds: () => boolean): boolean => {
  try {
    return holds()
  } catch {
    return false
  }
}
