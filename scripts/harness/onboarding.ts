import { checkUscc } from '../../src/core/uscc.ts'

const checkCharacters = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** A made-up code of an organisation, a different one for each account, with its right check character. */
export const madeUpUscc = (accountId: string): string => {
  const own = accountId
    .slice(-9)
    .toUpperCase()
    .replaceAll(/[IOSVZ]/g, '0')
  const code = [...checkCharacters].map((last) => `91110000${own}${last}`).find((text) => checkUscc(text) === null)
  if (code === undefined) throw new Error('no check character fits')
  return code
}

const digestOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Who does a step: two persons, because nobody approves a paper that he filed. */
export type Person = 'filer' | 'reviewer'
type Post = (person: Person, path: string, body: object) => Promise<{ id: string }>

/** Records who the customer is and has its sealed licence approved: what a live key rests on under S1 (S1 §3.3). */
export const onboard = async (post: Post, accountId: string): Promise<void> => {
  const reason = 'as agreed with the customer'
  const account = `/v1/accounts/${accountId}`
  const name = 'Example Ltd'
  await post('filer', `${account}/parties`, { legal_name: name, uscc: madeUpUscc(accountId), ordered_by: name, reason })
  const paper = { kind: 'business_licence', sha256: digestOfNothing, sealed: true, reason }
  const { id } = await post('filer', `${account}/papers`, paper)
  await post('reviewer', `${account}/papers/${id}/review`, { decision: 'approved', text: 'as the register says', reason })
}
