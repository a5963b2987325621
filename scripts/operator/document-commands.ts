import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { matterPrefixes } from '../../src/core/matters/index.ts'
import { languages } from '../../src/documents/words.ts'
import { printedKinds } from '../../src/http/matters/printed-documents.ts'
import { accountPath, need, type OperatorCommand, type Options, show } from './options.ts'
import { printPdf } from './pdf-printer.ts'
import { OperatorError, UsageError } from './transport.ts'

/** The document that the command line names: by its id, which says its kind. */
const documentOf = (options: Options): { id: string; path: string } => {
  const id = need(options, 'id')
  const one = printedKinds.find(({ kind }) => id.startsWith(`${matterPrefixes[kind]}_`))
  if (!one || (options.kind !== undefined && options.kind !== one.kind)) {
    const kinds = printedKinds.map(({ kind }) => kind).join(', ')
    throw new UsageError(`--id takes the id of what is printed (${kinds}), and --kind its kind where it is named`)
  }
  return { id, path: `${accountPath(options)}/${one.noun}/${id}/document` }
}

const languageOf = ({ language = 'zh' }: Options): string => {
  if (!languages.some((known) => known === language)) throw new UsageError(`--language takes ${languages.join(' or ')}`)
  return language
}

/** A new file; what is there already may be somebody's only copy. */
const writeNew = (path: string, bytes: Uint8Array): void => {
  try {
    writeFileSync(path, bytes, { flag: 'wx' })
  } catch (error) {
    throw new OperatorError(`${path} cannot be written (${error instanceof Error && 'code' in error ? error.code : 'unknown'})`)
  }
}

/** Documents on paper. A PDF is made here and not by the gateway, which has no browser; the gateway keeps its digest. */
export const documentCommands: Record<string, OperatorCommand> = {
  pdf: {
    usage: '--account ACC --id DOCUMENT --out FILE.pdf [--kind KIND] [--language zh|en] [--reason TEXT]',
    summary: 'print a document as PDF with a Chromium, and record the digest of the file at the gateway',
    run: async (api, options) => {
      const { id, path } = documentOf(options)
      const language = languageOf(options)
      const out = need(options, 'out')
      if (existsSync(out)) throw new OperatorError(`${out} is there already; nothing was printed`)
      const pdf = await printPdf(await api.text(`${path}?format=html&language=${language}`))
      writeNew(out, pdf)
      const copy = { document: id, language, sha256: createHash('sha256').update(pdf).digest('hex'), bytes: pdf.length }
      const reason = options.reason ?? 'printed as PDF by the operator command'
      return show(await api.call('POST', `${accountPath(options)}/printed-copies`, { ...copy, reason }))
    },
  },
}
