import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { AppEnv } from '../env.ts'
import type { Language } from './words.ts'

/** Everything that a page looks like. It stands in the page itself; the policy names it by its digest. */
const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}section,details{border-top:1px solid #ccc;padding:.5rem 0}' +
  'code{background:#f2f2f2;padding:0 .25rem;overflow-wrap:anywhere}pre{overflow:auto;background:#f2f2f2;padding:1rem}summary{cursor:pointer}' +
  'table{border-collapse:collapse}td,th{border-bottom:1px solid #ddd;padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}:target{background:#fffbe0}'

/** No script, no picture, nothing from anywhere, in no frame; the one style by its digest (CSP Level 3 §6.7.3). */
const policyFor = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)))
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}

/** Headers of every page besides those of every answer, and what they say. */
export const pageHeaders = {
  'Content-Language': 'The language of the page.',
  'Content-Security-Policy': 'What the page may load: its own style, by its digest.',
  'Referrer-Policy': '`no-referrer`.',
  Vary: '`Accept-Language`.',
}

/** A page of the documentation with the headers that pages need. */
export const answerHtml = async (
  c: Context<AppEnv>,
  { title, language, body }: { title: string; language: Language; body: ReturnType<typeof html> },
): Promise<Response> => {
  const page = await html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${raw(style)}</style></head>
<body>${body}
</body></html>`
  return c.body(String(page), 200, {
    'Content-Type': 'text/html; charset=UTF-8',
    'Content-Language': language,
    'Content-Security-Policy': await policyFor(style),
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
    Vary: 'Accept-Language',
  })
}
