import { html } from 'hono/html'
import { problems } from '../problems.ts'

/** Every problem code with its status, its retry rule and its words in both languages: where the `type` of a problem leads. */
export const problemsBody = () => html`<h1>Problems</h1>
<p>Every answer that is not a success is a problem document (RFC 9457). <code>retry</code> says what may be done with the Idempotency-Key:
<code>same_key</code> send the same request with the same key, <code>new_key</code> send it with a new key, <code>no</code> repeating does not help.</p>
${Object.entries(problems).map(
  ([code, kind]) => html`<section id="${code}"><h2><code>${code}</code> · ${kind.status} · retry: ${kind.retry}</h2>
<p>${kind.en.title}. ${kind.en.detail}</p><p lang="zh">${kind.zh.title}。${kind.zh.detail}</p></section>`,
)}`
