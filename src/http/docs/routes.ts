import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { type ApiDocument, openApiDocument } from '../openapi.ts'
import { languageOf } from '../problem.ts'
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
