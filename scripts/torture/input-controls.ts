import type { InputGateway } from './input-gateway.ts'
import type { InputAnswer, InputTarget } from './input-run.ts'
import { canary } from './input-values.ts'

type Sent = Parameters<InputTarget['send']>[0]

/** A gateway that is broken in one way, and how a run has to call it. */
export interface InputMutant {
  name: string
  foundAs: RegExp
  /** What becomes of the genuine answer. */
  breaks(sent: Sent, answer: InputAnswer, gateway: InputGateway): InputAnswer
}

const isProblem = ({ status }: InputAnswer): boolean => status >= 400
const withProblem = (answer: InputAnswer, change: Record<string, unknown>): InputAnswer => ({
  ...answer,
  status: typeof change.status === 'number' ? change.status : answer.status,
  text: JSON.stringify({ ...(JSON.parse(answer.text) as object), ...change }),
})
const isLong = ({ body }: Sent): boolean => typeof body === 'string' && body.length > 60_000

export const inputMutants: readonly InputMutant[] = [
  {
    name: 'a handler that throws on one input',
    foundAs: /^answered 500$/,
    breaks: (sent, answer) =>
      isLong(sent) && isProblem(answer)
        ? withProblem(answer, { status: 500, code: 'fault', type: '/docs/problems#fault' })
        : answer,
  },
  {
    name: 'a status that is not documented',
    foundAs: /answered 418, which is not documented/,
    breaks: (sent, answer) => (sent.path.startsWith('/v1/balance') ? { ...answer, status: 418 } : answer),
  },
  {
    name: 'a code that is not documented for its route',
    foundAs: /the code quota_exhausted is not documented here/,
    breaks: (sent, answer) =>
      sent.path.startsWith('/v1/accounts/') && answer.status === 404
        ? withProblem(answer, { code: 'quota_exhausted', type: '/docs/problems#quota_exhausted' })
        : answer,
  },
  {
    name: 'a refusal that charges',
    foundAs: /^credits moved from/,
    breaks: (sent, answer, { books }) => {
      if (sent.path.startsWith('/v1/verifications') && answer.status === 422)
        books.exec('UPDATE grants SET available = available - 1, captured = captured + 1 WHERE available > 0')
      return answer
    },
  },
  {
    name: 'an answer that charges once more than it says',
    foundAs: /^captured \d+ credits instead of/,
    breaks: (sent, answer, { books }) => {
      if (sent.path.startsWith('/v1/verifications') && sent.method === 'POST' && answer.status === 200)
        books.exec('UPDATE grants SET available = available - 1, captured = captured + 1 WHERE available > 0')
      return answer
    },
  },
  {
    name: 'a problem that repeats what was sent',
    foundAs: /^repeats what was sent$/,
    breaks: (sent, answer) =>
      answer.status === 422 && String(sent.body).includes(canary)
        ? withProblem(answer, { detail: `not understood: ${String(sent.body).slice(0, 500_000)}` })
        : answer,
  },
  {
    name: 'an answer that shows a person',
    foundAs: /^shows a person$/,
    breaks: (sent, answer) =>
      sent.path.startsWith('/v1/account') && answer.status === 200
        ? { ...answer, text: answer.text.replace(/"name":"[^"]*"/, '"name":"张三"') }
        : answer,
  },
]

/** The gateway with one thing broken. Its books are broken with it, so nobody uses it afterwards. */
export const withMutant = (gateway: InputGateway, { breaks }: InputMutant): InputTarget => ({
  ...gateway,
  send: async (sent) => breaks(sent, await gateway.send(sent), gateway),
})
