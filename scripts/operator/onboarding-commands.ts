import { accountPath, everyRow, need, type OperatorCommand, type Options, show } from './options.ts'
import { table } from './table.ts'

const reasonOf = (options: Options): string => options.reason ?? options.note ?? 'by the operator command'
const given = (name: string, value: string | undefined): object => (value === undefined ? {} : { [name]: value })

/** What a live key rests on: who the customer is, and papers that one person files and another looks at. */
export const onboardingCommands: Record<string, OperatorCommand> = {
  'party record': {
    usage: '--account ACC --name NAME --uscc CODE [--ordered-by NAME] [--business CODE] [--explanation TEXT]',
    summary: 'record who the customer is',
    run: async (api, o) =>
      show(
        await api.call('POST', `${accountPath(o)}/parties`, {
          legal_name: need(o, 'name'),
          uscc: need(o, 'uscc'),
          ...given('ordered_by', o['ordered-by']),
          ...given('business', o.business),
          ...given('explanation', o.explanation),
          reason: reasonOf(o),
        }),
      ),
  },
  'paper file': {
    usage: '--account ACC --kind business_licence --sha256 HEX [--sealed] [--valid-from DAY] [--valid-to DAY]',
    summary: 'file a paper of a customer, by its digest',
    run: async (api, o) =>
      show(
        await api.call('POST', `${accountPath(o)}/papers`, {
          kind: need(o, 'kind'),
          sha256: need(o, 'sha256'),
          sealed: o.sealed !== undefined,
          ...given('valid_from', o['valid-from']),
          ...given('valid_to', o['valid-to']),
          reason: reasonOf(o),
        }),
      ),
  },
  'paper review': {
    usage: '--account ACC --paper PAP --decision approved|rejected --note TEXT --as OTHER',
    summary: 'approve or reject a paper that somebody else filed',
    run: async (api, o) =>
      show(
        await api.call('POST', `${accountPath(o)}/papers/${need(o, 'paper')}/review`, {
          decision: need(o, 'decision'),
          text: need(o, 'note'),
          reason: reasonOf(o),
        }),
      ),
  },
  'paper list': {
    usage: '--account ACC',
    summary: 'papers of a customer',
    run: async (api, o) =>
      table(await everyRow(api, `${accountPath(o)}/papers`), ['id', 'kind', 'state', 'sealed', 'valid_to', 'opened_by']),
  },
}
