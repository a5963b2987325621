import { clauseOf } from '../../agreement/clause.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import type { ActResult } from '../../core/commands.ts'
import type { ClosingStaffAct, ErasureCertificate } from '../../core/matters/closing.ts'
import { refuse } from '../../core/refusal.ts'
import type { Rows } from '../book.ts'
import { type ActContext, termsOf, writeAct } from '../decide/act-context.ts'
import { clearAlarm } from '../decide/alarm.ts'
import { type Decision, unchanged } from '../draft.ts'
import { endingOf, findAtStep, stepDone } from './closing-steps.ts'
import { asMatter, changeMatter, isRefusal, matterDone, publicIdOf, viewOf } from './matter.ts'
import { areRecordsKept } from './suspension.ts'

/** Rows of one kind that one commit erases at most: a writer that serves every account must not stand still for one. */
const rowsPerCommit = 500

/** What stands for a digest that is gone: no digest, unique by the row's own number. */
const erasedKeyId = 'erased'

/**
 * What is personal in a data-subject row is overwritten; the row and its number stay, because consents point to it. Without the
 * salt the digests in the audit log say nothing any more, and every hash still fits.
 */
export const eraseSubject = (at: ActContext, subject: Rows['dataSubjects']): void => {
  at.draft.put('dataSubjects', {
    ...subject,
    digest: `${erasedKeyId} ${subject.id}`,
    digestKeyId: erasedKeyId,
    numberMasked: '',
    nameMasked: '',
    salt: '',
    suspendedNote: null,
    erasedAt: at.draft.now,
  })
}

/** The file of an authorisation text is gone; its facts stay. */
export const eraseEvidence = (at: ActContext, row: Rows['matters']): void => {
  changeMatter(at, asMatter<'evidence'>(row), { state: 'removed', close: true })
}

/** Members of matters in which somebody wrote words or an address, whatever the kind. A test knows every member that is none. */
export const freeMembers: ReadonlySet<string> = new Set([
  'about',
  'address',
  'reply',
  'contact',
  'description',
  'explanation',
  'failure',
  'finding',
  'label',
  'note',
  'objection',
  'text',
])

/** The same data without free text and addresses; the very same when there is none. */
export const withoutFreeText = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    const all = value.map(withoutFreeText)
    return all.some((item, index) => item !== value[index]) ? all : value
  }
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]): [string, unknown] =>
    freeMembers.has(name) && typeof member === 'string' && member !== '' ? [name, ''] : [name, withoutFreeText(member)],
  )
  return members.some(([name, member]) => member !== (value as Record<string, unknown>)[name])
    ? Object.fromEntries(members)
    : value
}

/** Free text of every other matter, and the evidence whose files were removed. An account has few enough of them for one commit. */
const eraseMatters = (at: ActContext, own: number): { matters: number; evidenceFiles: number } => {
  let matters = 0
  let evidenceFiles = 0
  for (let after = 0; ; ) {
    const rows = at.book.mattersAfter(after, rowsPerCommit)
    for (const row of rows) {
      if (row.kind === 'evidence' && row.state !== 'removed' && !asMatter<'evidence'>(row).data.frozen) {
        eraseEvidence(at, row)
        evidenceFiles += 1
        continue
      }
      const data = withoutFreeText(row.data) as Rows['matters']['data']
      if (data === row.data || row.id === own) continue
      at.draft.put('matters', { ...row, data, changedAt: at.draft.now })
      matters += 1
    }
    const last = rows.at(-1)
    if (!last || rows.length < rowsPerCommit) return { matters, evidenceFiles }
    after = last.id
  }
}

type Act<K extends ClosingStaffAct['kind']> = Extract<ClosingStaffAct, { kind: K }>

/**
 * From here on files may be removed. Not before the days of retention are over, never before what has to be handed over is
 * confirmed (contracts.md §5 no. 13, S3 §6.2.10), and never while a suspension stands for which the records are kept (S3 附件3 第二条).
 */
export const beginErasure = (at: ActContext, act: Act<'begin_erasure'>): Decision<ActResult> => {
  const closing = findAtStep(at, act.closingId, 'delete', 'delete_or_anonymise')
  if (isRefusal(closing)) return unchanged(closing)
  if (closing.clocks.some(({ name, ending }) => name === 'retention' && ending === null))
    return unchanged(refuse('state_conflict', { detail: 'retention_running' }))
  if (areRecordsKept(at)) return unchanged(refuse('state_conflict', { detail: 'records_kept' }))
  if (closing.state === 'erasing') return unchanged({ kind: 'matter', matter: viewOf(closing), repeated: true })
  const begun = changeMatter(at, closing, { state: 'erasing' })
  writeAct(at, { closing: closing.id })
  return matterDone(at, begun)
}

/**
 * Erases what is personal, a bounded number of data subjects in each commit: it is asked again until the certificate is there.
 * Nothing that an authority's matter keeps goes (S2 十三(一)). Ledger, journal and audit log stay as they are (S0 六.2, S2 八(二)).
 */
export const eraseAccount = (at: ActContext, act: Act<'erase_account'>): Decision<ActResult> => {
  const closing = findAtStep(at, act.closingId, 'delete', 'delete_or_anonymise')
  if (isRefusal(closing)) return unchanged(closing)
  if (closing.state !== 'erasing') return unchanged(refuse('state_conflict', { detail: 'erasure_not_begun' }))
  if (areRecordsKept(at)) return unchanged(refuse('state_conflict', { detail: 'records_kept' }))
  const { draft, context } = at
  const subjects = at.book.erasableSubjects(rowsPerCommit)
  for (const subject of subjects) eraseSubject(at, subject)
  const { erased } = closing.data
  const dataSubjects = erased.dataSubjects + subjects.length
  if (subjects.length === rowsPerCommit) {
    writeAct(at, { closing: closing.id, data_subjects: subjects.length, certificate: null, clause: null, kept_frozen: null })
    return matterDone(at, changeMatter(at, closing, { data: { erased: { ...erased, dataSubjects } } }))
  }
  for (const key of at.book.keys()) if (key.holder !== null) draft.put('apiKeys', { ...key, holder: null })
  const others = eraseMatters(at, closing.id)
  const total = {
    dataSubjects,
    evidenceFiles: erased.evidenceFiles + others.evidenceFiles,
    matters: erased.matters + others.matters,
  }
  const clause = clauseOf(termsOf(at)?.preset ?? '', 'erasure')
  const keptFrozen = at.book.frozenSubjects()
  const facts: Omit<ErasureCertificate, 'digest'> = { clause, erasedAt: draft.now, method: 'overwritten', ...total, keptFrozen }
  const certificate: ErasureCertificate = { ...facts, digest: context.crypto.sha256(canonicalJson({ ...facts })) }
  const { digest } = certificate
  writeAct(at, { closing: closing.id, data_subjects: subjects.length, certificate: digest, clause, kept_frozen: keptFrozen })
  const data = { text: null, erased: total, certificate }
  // While an authority keeps some of it the step is not done: it is asked again when they are let go.
  if (keptFrozen > 0) return matterDone(at, changeMatter(at, closing, { state: 'ended', data }))
  clearAlarm(draft, at.book, 'erasure_due', publicIdOf(closing))
  return matterDone(at, stepDone(at, closing, endingOf(at).personalData, digest, data))
}
