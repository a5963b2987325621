import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { makeId } from '../../core/ids.ts'
import { matterPrefixes } from '../../core/matters/index.ts'
import type { PrintedCopyAct } from '../../core/matters/printed-copy.ts'
import { languages } from '../../documents/words.ts'
import { readAs } from '../caller.ts'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { numberOf } from '../reading.ts'
import type { Routes } from '../route.ts'
import { MatterRoutes } from './matter-routes.ts'
import { reason, sha256 } from './parts.ts'
import { printedKinds } from './printed-documents.ts'

const copyBody = z
  .strictObject({
    document: z.string().max(64).openapi({ description: 'The id of what was printed, such as a bill.' }),
    language: z.enum(languages),
    sha256: sha256.openapi({ description: 'Of the bytes of the copy.' }),
    bytes: z
      .int()
      .min(1)
      .max(2 ** 40),
    reason,
  })
  .openapi('PrintedCopyRequest')

/** What stands of the document that the body names; null when it is none of this account that can be printed. */
const actOf = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  accountId: string,
  { document, language, sha256: digest, bytes }: z.output<typeof copyBody>,
): Promise<PrintedCopyAct | Response | null> => {
  const one = printedKinds.find(({ kind }) => document.startsWith(`${matterPrefixes[kind]}_`))
  const id = one ? numberOf(document, matterPrefixes[one.kind], accountId) : null
  if (!one || id === null) return null
  const question = { kind: 'matter', matter: one.kind, id } as const
  const found = await readAs(deps, c, { kind: 'staff', sub: 'printed_copy' }, accountId, question)
  if (found.kind === 'answer') return found.response
  const draft = one.print(found.value, []).issuedAt === null
  return { kind: 'record_printed_copy', about: one.kind, aboutId: id, draft, language, sha256: digest, bytes }
}

/** Digests of copies that were printed outside the gateway: whoever holds a PDF looks whether its digest is among them. */
export const addPrintedCopyRoutes = (routes: Routes, deps: AppDeps): void => {
  const copies = new MatterRoutes(routes, deps, {
    kind: 'printed_copy',
    noun: 'printed-copies',
    param: 'printed_copy_id',
    tag: 'Printed copies',
    name: 'PrintedCopy',
    hidesStaff: true,
    members: {
      document: z.string().openapi({ description: 'The id of what was printed.' }),
      draft: z.boolean().openapi({ description: 'It was not issued yet when it was printed.' }),
      language: z.enum(languages),
      sha256: z.string(),
      bytes: z.int(),
    },
    render: ({ about, aboutId, draft, language, sha256: digest, bytes }, { accountId }) => ({
      document: makeId(matterPrefixes[about], accountId, aboutId),
      draft,
      language,
      sha256: digest,
      bytes,
    }),
  })
  copies.addCustomerReads({ list: 'Digests of printed copies of your documents, newest first', one: 'One printed copy' })
  copies.addStaffReads({ list: 'Digests of printed copies of an account, newest first', one: 'One printed copy of an account' })
  copies.addStaffAct({
    method: 'post',
    summary: 'Record the digest of a printed copy of a document',
    roles: ['finance', 'ops'],
    body: copyBody,
    status: 201,
    wanted: (body, accountId, c) => actOf(deps, c, accountId, body),
  })
}
