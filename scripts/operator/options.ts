import { type Api, UsageError } from './transport.ts'

/** Options of a command, as given on the command line. */
export type Options = Record<string, string | undefined>

/** What a command says, and with which code it ends: 0 where it does not say. */
export type Said = string | { text: string; code: number }

export interface OperatorCommand {
  usage: string
  summary: string
  run(api: Api, options: Options): Promise<Said>
}

export type Row = Record<string, unknown>

export const need = (options: Options, name: string): string => {
  const value = options[name]
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing; see \`npm run operator -- help\``)
  return value
}

export const accountPath = (options: Options): string => `/v1/accounts/${need(options, 'account')}`

export const show = (value: unknown): string => JSON.stringify(value, null, 2)

/** Every row of a list, page after page, up to `most`. */
export const everyRow = async (api: Api, path: string, query: Record<string, string> = {}, most = Infinity): Promise<Row[]> => {
  const rows: Row[] = []
  for await (const page of pagesOf<Row>(api, path, query, most)) rows.push(...page)
  return rows
}

/** A list page by page, so that a long one need not be held at once. */
export async function* pagesOf<R extends Row>(
  api: Api,
  path: string,
  query: Record<string, string> = {},
  most = Infinity,
): AsyncGenerator<R[]> {
  let cursor: string | null = ''
  for (let count = 0; cursor !== null && count < most; ) {
    const limit = String(Math.min(100, most - count))
    const search: string = new URLSearchParams({ limit, ...(cursor ? { cursor } : {}), ...query }).toString()
    const page = (await api.call('GET', `${path}?${search}`)) as { items: R[]; next: string | null }
    yield page.items
    count += page.items.length
    cursor = page.next
  }
}
