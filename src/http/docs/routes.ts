import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { toRfc3339 } from '../../core/shanghai.ts'
import { readAsCustomer } from '../caller.ts'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { type ApiDocument, openApiDocument } from '../openapi.ts'
import { languageOf } from '../problem.ts'
import { rateHeaders } from '../rate-headers.ts'
import type { Routes } from '../route.ts'
import { answerHtml, pageHeaders } from './html-page.ts'
import { guideBody } from './page.ts'
import { problemsBody } from './problems-page.ts'
import { words } from './words.ts'

/** The contract as tools read it, and as people do. Made at the first call, when every route is known. */
export const addDocsRoutes = (routes: Routes, app: OpenAPIHono<AppEnv>, deps: AppDeps): void => {
  let made: ApiDocument | null = null
  const document = (): ApiDocument => {
    made ??= openApiDocument(app, routes.specs, deps.version)
    return made
  }
  const common = { method: 'get', caller: 'anyone', tag: 'System' } as const
  const page = { schema: z.string(), description: 'A page.', contentType: 'text/html', headers: pageHeaders }
  routes.add(
    {
      ...common,
      path: '/openapi.json',
      summary: 'This description',
      answers: { 200: { schema: z.record(z.string(), z.unknown()).openapi({ type: 'object' }), description: 'OpenAPI 3.1.' } },
    },
    (c) => c.json(document(), 200, { 'Cache-Control': 'no-cache' }),
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/interface',
      caller: 'key',
      tag: 'Self-service',
      summary: 'This description with your mark: to whom it was issued, and when',
      answers: { 200: { schema: z.record(z.string(), z.unknown()).openapi({ type: 'object' }), description: 'OpenAPI 3.1.' } },
      problems: ['key_suspended'],
    },
    async (c) => {
      const found = await readAsCustomer(deps, c, 'account:read', { kind: 'account' })
      if (found.kind === 'answer') return found.response
      // Whose copy it is can be told when it turns up elsewhere (S0 二).
      const mark = { 'x-issued-to': found.value.id, 'x-issued-at': toRfc3339(deps.clock()) }
      const { info } = document()
      return c.json({ ...document(), info: { ...info, ...mark } }, 200, {
        'Cache-Control': 'no-store',
        ...rateHeaders(found.rate),
      })
    },
  )
  routes.add(
    {
      ...common,
      path: '/docs',
      summary: 'The guide: how to use the gateway, with whole programs, in English and Chinese',
      answers: { 200: page },
    },
    (c) => {
      const language = languageOf(c.req.header('accept-language'))
      const body = guideBody({ language, document: document(), sandboxPersons: deps.sandboxPersons })
      return answerHtml(c, { title: words[language].title, language, body })
    },
  )
  routes.add(
    {
      ...common,
      path: '/docs/problems',
      summary: 'Every problem code, in English and Chinese',
      answers: { 200: page },
    },
    (c) => answerHtml(c, { title: 'Verimeter: problems', language: 'en', body: problemsBody() }),
  )
}
