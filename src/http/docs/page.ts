import { html } from 'hono/html'
import type { SandboxPersonView } from '../deps.ts'
import type { ApiDocument, Operation } from '../openapi.ts'
import { problems } from '../problems.ts'
import { examples } from './examples/index.ts'
import { type Language, type Words, words } from './words.ts'

type Part = ReturnType<typeof html>

/** What a page is made of besides the table of problems and the examples. */
export interface GuideParts {
  language: Language
  document: ApiDocument
  sandboxPersons: readonly SandboxPersonView[]
}

/** The guide: what the gateway does, how to use it, every problem, person of the sandbox and route. No script, nothing from elsewhere. */
export const guideBody = ({ language, document, sandboxPersons }: GuideParts): Part => {
  const text = words[language]
  return html`<h1>${text.title}</h1>
<p>${text.about.join(' ')}</p>
<nav>${[
    ['steps', text.stepsTitle],
    ['examples', text.examplesTitle],
    ['problems', text.problemsTitle],
    ['sandbox', text.sandboxTitle],
    ['routes', text.routesTitle],
  ].map(([id, title]) => html`<a href="#${id}">${title}</a> `)}<a href="/openapi.json">openapi.json</a></nav>
<h2 id="steps">${text.stepsTitle}</h2>
<ol>${text.steps.map(([heading, what]) => html`<li><b>${heading}.</b> ${withCode(what)}</li>\n`)}</ol>
<h2 id="outcomes">${text.outcomesTitle}</h2>
<table>${text.outcomes.map(([what, meaning]) => html`<tr><td>${withCode(what)}</td><td>${withCode(meaning)}</td></tr>\n`)}</table>
${examplesPart(text)}
${problemsPart(language, text)}
${webhooksPart(text)}
${sandboxPart(text, sandboxPersons)}
${routesPart(text, document)}`
}

/** Text with its `code` marked. */
const withCode = (text: string): Part[] =>
  text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))

const examplesPart = (text: Words): Part => html`<h2 id="examples">${text.examplesTitle}</h2>
<p>${withCode(text.examplesText)}</p>
${examples.map(
  ({
    language,
    file,
    text: program,
    tested,
  }) => html`<details id="example-${language.toLowerCase()}"><summary>${language} · <code>${file}</code></summary>
<p>${tested ? text.tested : text.notTested}</p>
<pre><code>${program}</code></pre></details>
`,
)}`

const problemsPart = (language: Language, text: Words): Part => html`<h2 id="problems">${text.problemsTitle}</h2>
<ul>${text.retryRules.map(([rule, meaning]) => html`<li><code>${rule}</code>: ${withCode(meaning)}</li>\n`)}</ul>
<table><tr><th>${text.columns.code}</th><th>${text.columns.status}</th><th>${text.columns.retry}</th><th>${text.columns.meaning}</th></tr>
${Object.entries(problems).map(
  ([code, kind]) =>
    html`<tr><td><a href="/docs/problems#${code}"><code>${code}</code></a></td><td>${kind.status}</td><td><code>${kind.retry}</code></td><td>${withCode(kind[language].detail)}</td></tr>\n`,
)}</table>`

const sandboxPart = (text: Words, persons: readonly SandboxPersonView[]): Part => html`<h2 id="sandbox">${text.sandboxTitle}</h2>
<p>${text.sandboxText}</p>
<table><tr>${text.sandboxColumns.map((title) => html`<th>${title}</th>`)}</tr>
${persons.map(
  ({ check, data_subject, outcome, note }) =>
    html`<tr><td><code>${check}</code></td><td><code>${JSON.stringify(data_subject)}</code></td><td><code>${outcome}</code></td><td>${note}</td></tr>\n`,
)}</table>`

const webhooksPart = (text: Words): Part => html`<h2 id="webhooks">${text.webhooksTitle}</h2>
${text.webhooksTexts.map((one) => html`<p>${withCode(one)}</p>\n`)}`

const routesPart = (text: Words, { paths }: ApiDocument): Part => html`<h2 id="routes">${text.routesTitle}</h2>
<p>${withCode(text.routesText)}</p>
${Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => routePart(text, `${method.toUpperCase()} ${path}`, operation)),
)}`

const routePart = ({ routeWords }: Words, route: string, operation: Operation): Part => {
  const { operationId, summary, description, security, parameters = [], requestBody, responses } = operation
  const caller = security.flatMap((scheme) => Object.keys(scheme))[0]
  const body = Object.values(requestBody?.content ?? {})[0]
    ?.schema.$ref?.split('/')
    .at(-1)
  return html`<details id="${operationId}"><summary><code>${route}</code> ${summary}</summary>
<p>${withCode(description)}</p>
<p>${routeWords.caller}: ${routeWords.callers[caller === 'apiKey' || caller === 'staffToken' ? caller : 'anyone']}</p>
${
  parameters.length === 0
    ? ''
    : html`<p>${routeWords.parameters}:</p><ul>${parameters.map(
        (one) =>
          html`<li><code>${one.name}</code> (${one.in}${one.required ? ', required' : ''}) ${withCode(one.description ?? '')}</li>\n`,
      )}</ul>`
}${requestBody === undefined ? '' : html`<p>${routeWords.body}: <code>${body ?? 'JSON'}</code></p>\n`}
<table>${Object.entries(responses).map(
    ([status, answer]) =>
      html`<tr><td>${status}</td><td>${Object.keys(answer.content ?? {}).join(', ')}</td><td>${withCode(answer.description)}</td></tr>\n`,
  )}</table></details>
`
}
