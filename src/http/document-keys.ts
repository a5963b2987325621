import { z } from '@hono/zod-openapi'
import type { AppDeps } from './deps.ts'
import type { Routes } from './route.ts'

const jwk = z
  .strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string(),
    kid: z.string(),
    alg: z.string(),
    use: z.string(),
  })
  .openapi('DocumentKey')

/** The public keys of signed documents, for anybody who holds one (RFC 7517 §5, at the place where RFC 8414 readers look). */
export const addDocumentKeyRoutes = (routes: Routes, { documentSigner }: AppDeps): void => {
  routes.add(
    {
      method: 'get',
      path: '/.well-known/jwks.json',
      caller: 'anyone',
      tag: 'System',
      summary: 'The public keys of signed documents, the one that signs first',
      answers: {
        200: {
          schema: z.strictObject({ keys: z.array(jwk) }).openapi('DocumentKeys'),
          description: 'Keys stay listed after another one has taken their place. Empty where documents are not signed.',
        },
      },
    },
    (c) => c.json({ keys: [...(documentSigner?.keys ?? [])] }, 200, { 'Cache-Control': 'no-cache' }),
  )
}
