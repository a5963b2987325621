import { createConfig, lintFromString } from '@redocly/openapi-core'
import spectral, { type RulesetDefinition } from '@stoplight/spectral-core'
import spectralRulesets from '@stoplight/spectral-rulesets'

/** Complaints as `rule at place: message`, warnings among them. */
export interface Linter {
  name: string
  complaintsOf(document: object): Promise<string[]>
}

/** Everything that Redocly recommends, warnings as errors; in memory, without a file or a plugin. */
const redocly: Linter = {
  name: 'Redocly',
  async complaintsOf(document) {
    const config = await createConfig({ extends: ['recommended-strict'], telemetry: 'off' })
    const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: '/openapi.json', config })
    return problems.map(
      ({ ruleId, location, message }) => `${ruleId} at ${location.map(({ pointer }) => pointer).join(', ')}: ${message}`,
    )
  },
}

/** They ask for web and mail addresses of the operator, which the document of an installation cannot know. */
const needAnOperator = { 'contact-properties': 'off', 'license-url': 'off' } as const

/** Every rule that Spectral has for OpenAPI, not the recommended ones alone. */
const spectralAll: Linter = {
  name: 'Spectral',
  async complaintsOf(document) {
    const linter = new spectral.Spectral()
    linter.setRuleset({ extends: [[spectralRulesets.oas, 'all']], rules: needAnOperator } as RulesetDefinition)
    const found = await linter.run(JSON.stringify(document))
    return found.map(({ code, path, message }) => `${code} at ${path.join('/')}: ${message}`)
  },
}

/** A linter that is never shown a reference to another document, because it would go and fetch it. */
const withoutNetwork = ({ name, complaintsOf }: Linter): Linter => ({
  name,
  complaintsOf: async (document) => {
    const outside = [...JSON.stringify(document).matchAll(/"\$ref":"([^#"][^"]*)"/g)].map(([, address]) => `refers to ${address}`)
    return outside.length > 0 ? outside : complaintsOf(document)
  },
})

export const linters: readonly Linter[] = [redocly, spectralAll].map(withoutNetwork)
