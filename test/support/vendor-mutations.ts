import type { Random } from '../../scripts/torture/input-values.ts'

/** A vendor's answer before it becomes bytes. */
export interface VendorResponse {
  status: number
  headers: Record<string, string>
  body: string
}

/** What the vendor means, in its own words: the digit of the listing, and whom it is about. */
export interface VendorMeaning {
  code: unknown
  success: unknown
  result: unknown
  birthday: string
  sex: string
  echo: string
}

export const responseOf = ({ code, success, result, birthday, sex, echo }: VendorMeaning): VendorResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...(echo === '' ? {} : { 'x-request-reference': echo }) },
  body: JSON.stringify({ code, success, msg: '成功', data: { result, order_no: 'o-1', desc: '一致', birthday, sex } }),
})

const deep = (depth: number, body: string): string => `{"a":`.repeat(depth) + body + '}'.repeat(depth)

type Mutation = (response: VendorResponse, random: Random) => VendorResponse

const ofBody =
  (change: (body: string, random: Random) => string): Mutation =>
  (response, random) => ({ ...response, body: change(response.body, random) })

/** Changes that say nothing else than was meant, or that leave nothing to be understood. None makes a match of what was none. */
export const mutations: Readonly<Record<string, Mutation>> = {
  nothing: (response) => response,
  status: (response, random) => ({ ...response, status: 100 + random.below(500) }),
  redirect: (response, random) => ({
    ...response,
    status: random.pick([301, 302, 303, 307, 308]),
    headers: { ...response.headers, location: 'http://127.0.0.1:1/match' },
  }),
  html: ofBody((body) => `<html><body>${body}</body></html>`),
  truncated: ofBody((body, random) => body.slice(0, random.below(body.length))),
  garbageBehind: ofBody((body, random) => body + random.pick(['}', ',', 'null', '\0', '<!-- -->'])),
  twoAnswers: ofBody((body) => body + body),
  twoAnswersInAList: ofBody((body) => `[${body},${body}]`),
  deep: ofBody((body, random) => deep(random.pick([1, 50, 10_000]), body)),
  repeatedResult: ofBody((body, random) => {
    const member = random.pick(['"result":0', '"result":"0"', '"r\\u0065sult":0'])
    return random.chance(0.5)
      ? body.replace('"order_no"', `${member},"order_no"`)
      : body.replace('"result"', `${member},"result"`)
  }),
  repeatedCode: ofBody((body) => body.replace('"success"', '"code":"200","success"')),
  repeatedData: ofBody((body) => body.replace(/\}$/, ',"data":{"result":0,"order_no":"o-2"}}')),
  extraMembers: ofBody((body) => body.replace('{', '{"photo":"x","result":0,"match":true,"__proto__":{"result":0},')),
  byteOrderMark: ofBody((body) => `\ufeff${body}`),
  decodedWrongly: ofBody((body) => body.replaceAll(/[^\0-\x7f]/g, '\ufffd\u0000')),
  utf16: ofBody((body) => body.replaceAll(/(.)/g, '$1\0')),
  otherType: (response) => ({ ...response, headers: { ...response.headers, 'content-type': 'text/plain; charset=gbk' } }),
  gatewayHeader: (response, random) => ({
    ...response,
    headers: { ...response.headers, 'x-ca-error-code': random.pick(['D504TO', 'B403MQ', 'ZZZZZZ', '0', '200']) },
  }),
  otherWords: ofBody((body, random) =>
    body.replace('"result":', `"result":${random.pick(['null', 'true', '[]', '{}', '"",', '" '])}`),
  ),
  resultElsewhere: ofBody((body) => body.replaceAll('"data"', '"result":0,"datum"')),
  cutMembers: ofBody((body, random) => body.replace(random.pick([/"code":[^,]*,/, /"data":\{.*\}/, /"result":[^,]*,/]), '')),
}

/** They take a member away, and with it the doubt that another mutation puts beside it. */
const standAlone = ['cutMembers', 'resultElsewhere']

/** Mutations for one answer, none to two of them. */
export const drawMutations = (random: Random): string[] => {
  const names = Array.from({ length: random.below(3) }, () => random.pick(Object.keys(mutations)))
  const alone = names.find((name) => standAlone.includes(name))
  return alone === undefined ? names : [alone]
}

/** What no vendor says: none of these is a match, whoever is asked. */
const words = [1, 2, 3, 4, 7, -1, '1', '00', '0 ', 'match', '', null, true, false, 0.5, 1e21]

/** An answer about the person or about somebody else, whose meaning is known before it is mutated. */
export const drawMeaning = (random: Random, reference: string): VendorMeaning => ({
  code: random.chance(0.8) ? random.pick([200, '200']) : random.pick([0, 1, 201, 400, '400', 500, 'OK', null]),
  success: random.chance(0.8) ? true : random.pick([null, false]),
  result: random.chance(0.5) ? random.pick([0, '0']) : random.pick(words),
  birthday: random.chance(0.8) ? random.pick(['', '19491231', '1949-12-31']) : random.pick(['19500101', '1949', 'x1']),
  sex: random.chance(0.8) ? random.pick(['', '女', 'F']) : random.pick(['男', 'M']),
  echo: random.chance(0.8) ? random.pick(['', reference]) : `${reference}0`,
})

/** Whether the vendor meant a match for the specimen of GB 11643, who is a woman born on 31 December 1949. Written against the listing, not the code. */
export const meansMatch = ({ code, success, result, birthday, sex, echo }: VendorMeaning, reference: string): boolean =>
  (code === 200 || code === '200') &&
  success !== false &&
  (result === 0 || result === '0') &&
  ['', '19491231', '1949-12-31'].includes(birthday) &&
  ['', '女', 'F'].includes(sex) &&
  (echo === '' || echo === reference)
