import { type Suite, suites } from '../../src/runtimes/crypto.ts'
import { documentKeyIds } from '../../src/runtimes/document-keys.ts'
import {
  createKeyring,
  isKeyringAbsent,
  readDocumentKeys,
  readKeyring,
  rotateDocumentKeys,
} from '../../src/runtimes/key-files.ts'
import type { Options } from './options.ts'
import { table } from './table.ts'
import { OperatorError, UsageError } from './transport.ts'

const keysFolderOf = (options: Options): string => {
  const folder = options.dir ?? process.env.VERIMETER_KEYS_DIR
  if (folder === undefined) throw new UsageError('--dir is missing: name the folder of the key files')
  return folder
}

/** What an assessor of cryptography asks for (S3 §6.2.12). */
export const listKeys = (options: Options): string => {
  const { digestKeys, suite, staffIssuer } = readKeyring(keysFolderOf(options))
  const [digest, seal] = suite === 'sm' ? ['HMAC-SM3', 'SM4-GCM'] : ['HMAC-SHA-256', 'AES-256-GCM']
  const rings = Object.entries(digestKeys).flatMap(([purpose, { current, keys }]) =>
    Object.keys(keys).map((id) => ({ purpose, key: id, algorithm: digest, use: id === current ? 'in use' : 'for older rows' })),
  )
  const documentKeys = readDocumentKeys(keysFolderOf(options))
  const documents = (documentKeys === null ? [] : documentKeyIds(documentKeys)).map((kid, index, all) => ({
    purpose: 'documents',
    key: kid,
    algorithm: 'Ed25519',
    use: index === all.length - 1 ? 'signs documents' : 'verifies older documents',
  }))
  const rows = [
    { purpose: 'master', key: 'master.key', algorithm: 'AES-256-GCM', use: 'wraps the digest keys' },
    ...rings,
    { purpose: 'seal', key: 'derived from master.key', algorithm: seal, use: 'a key for each account (HKDF-SHA-256)' },
    { purpose: 'staff', key: staffIssuer.kid, algorithm: 'Ed25519', use: 'signs staff tokens of the built-in issuer' },
    ...documents,
    { purpose: 'audit log', key: 'none', algorithm: 'SHA-256', use: 'public digests (RFC 9162)' },
  ]
  return table(rows, ['purpose', 'key', 'algorithm', 'use'])
}

const suiteOf = (text = 'international'): Suite => {
  const suite = suites.find((known) => known === text)
  if (suite === undefined) throw new UsageError(`--suite takes ${suites.join(' or ')}`)
  return suite
}

/** Makes the key files of a new installation, for good: the algorithms go with the keys. */
export const createKeys = (options: Options): string => {
  const folder = keysFolderOf(options)
  const suite = suiteOf(options.suite)
  if (!isKeyringAbsent(folder)) throw new OperatorError(`${folder} holds key files already; nothing was changed`)
  createKeyring(folder, suite)
  return `key files made in ${folder}; back them up apart from the data folder, without them no digest can be made again`
}

/** One more key for documents, for use from the next start on. Older ones stay, because what they signed stays. */
export const rotateDocuments = (options: Options): string =>
  `documents are signed with ${rotateDocumentKeys(keysFolderOf(options))} from the next start on; older keys stay listed`
