import type { Terms } from '../agreement/terms.ts'
import { findWarnings } from '../agreement/warnings.ts'
import type { AgreementTextView, AgreementVersionView, PartiesView } from '../core/views.ts'
import type { Rows } from './book.ts'
import { asMatter } from './matters/matter.ts'
import { viewAgreement } from './views.ts'

/** What is read of an account's books to show its agreement. */
export interface AgreementRows {
  account: Rows['accounts']
  /** All versions, oldest first. */
  agreements: Rows['agreements'][]
  signings: Rows['matters'][]
  documents: Rows['matters'][]
  orders: Rows['orders'][]
}

/**
 * Since when each version has been in force: the first from the trigger on, each later one from the moment in which both sides
 * had agreed to it (S2 十五(一)). Null for one that was replaced before anything was in force.
 */
const versionsOf = ({ account, agreements, signings }: AgreementRows): AgreementVersionView[] => {
  const { effectiveAt } = account
  const signed = signings.map((row) => asMatter<'signing'>(row).data).find((signing) => signing.effectiveAt !== null)
  const first = signed?.version ?? agreements.findLast(({ createdAt }) => createdAt <= (effectiveAt ?? 0))?.version ?? 1
  return agreements.map(({ version, digest, createdAt }) => ({
    version,
    digest,
    createdAt,
    inForceFrom: effectiveAt === null || version < first ? null : version === first ? effectiveAt : createdAt,
  }))
}

/** The agreement as it stands, or as it stood at an instant; null when none was in force then. */
export const readAgreement = (
  rows: AgreementRows,
  at: number | null,
  termsOf: (agreementId: number) => Terms,
): AgreementTextView | null => {
  const versions = versionsOf(rows)
  const asked =
    at === null
      ? versions.find(({ version }) => rows.agreements.find(({ id }) => id === rows.account.agreementId)?.version === version)
      : versions.findLast(({ inForceFrom }) => inForceFrom !== null && inForceFrom <= at)
  const row = rows.agreements.find(({ version }) => version === asked?.version)
  if (!asked || !row) return null
  const terms = termsOf(row.id)
  const documents = rows.documents.map((document) => asMatter<'document'>(document).data)
  return {
    agreement: viewAgreement(row, terms, rows.account.effectiveAt),
    terms: { ...terms },
    provider: terms.provider,
    printedAs: terms.roles,
    venue: terms.disputes.venue,
    secrecyYears: terms.secrecyYears,
    interfaceVersion: terms.interfaceVersion,
    authoritativeForm: terms.authoritativeForm,
    versions,
    warnings: findWarnings(terms, {
      orderWithoutOffer: rows.orders.some(({ offerSha256 }) => offerSha256 === null),
      annexOnFile: documents.some(({ what }) => what === 'annex'),
    }),
  }
}

/**
 * The two sides as they stand, or as they stood at an instant: by the terms that were there then and the newest record of the
 * customer's papers from before it (`records`, the newest first). Null before there is an agreement.
 */
export const readParties = (
  { account, agreements, records }: Pick<AgreementRows, 'account' | 'agreements'> & { records: Rows['matters'][] },
  at: number | null,
  termsOf: (agreementId: number) => Terms,
): PartiesView | null => {
  const asked = at === null ? null : agreements.findLast(({ createdAt }) => createdAt <= at)
  const agreementId = asked?.id ?? account.agreementId
  if (agreementId === null) return null
  const { roles, provider } = termsOf(agreementId)
  const record = records.find(({ openedAt }) => at === null || openedAt <= at)
  const party = record ? asMatter<'party'>(record).data : null
  return {
    customer: { name: party?.legalName ?? account.name, uscc: party?.uscc ?? null },
    provider: provider && { name: provider.name, uscc: provider.uscc },
    printedAs: { customer: roles.customer, provider: roles.provider },
  }
}
