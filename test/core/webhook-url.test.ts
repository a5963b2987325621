import { describe, expect, test } from 'vitest'
import { checkWebhookUrl, isPublicAddress } from '../../src/core/webhook-url.ts'

const strict = { loopback: false }

describe('an address for webhooks', () => {
  test.each([
    'https://example.com/hooks',
    'https://hooks.example.com:8443/a?b=c',
    'https://xn--fiqs8s.example/hooks',
    'https://8.8.8.8/',
    'https://[2400:3200::1]/hook',
    'https://example.com:443/',
  ])('is taken: %s', (url) => {
    expect(checkWebhookUrl(url, strict)).toBeNull()
  })

  test.each([
    ['https://127.0.0.1/', 'url_host'],
    ['https://127.1/', 'url_host'],
    ['https://0/', 'url_host'],
    ['https://0x7f000001/', 'url_host'],
    ['https://0x7f.1/', 'url_host'],
    ['https://2130706433/', 'url_host'],
    ['https://017700000001/', 'url_host'],
    ['https://0177.0.0.1/', 'url_host'],
    ['https://127.0.0.1./', 'url_host'],
    ['https://10.0.0.1/', 'url_host'],
    ['https://172.31.255.255/', 'url_host'],
    ['https://192.168.1.1/', 'url_host'],
    ['https://100.64.0.1/', 'url_host'],
    ['https://100.100.100.200/latest/meta-data/', 'url_host'],
    ['https://169.254.169.254/latest/meta-data/', 'url_host'],
    ['https://0.0.0.0/', 'url_host'],
    ['https://224.0.0.1/', 'url_host'],
    ['https://255.255.255.255/', 'url_host'],
    ['https://[::1]/', 'url_host'],
    ['https://[::]/', 'url_host'],
    ['https://[::ffff:127.0.0.1]/', 'url_host'],
    ['https://[::ffff:7f00:1]/', 'url_host'],
    ['https://[::127.0.0.1]/', 'url_host'],
    ['https://[64:ff9b::7f00:1]/', 'url_host'],
    ['https://[2002:7f00:1::]/', 'url_host'],
    ['https://[2001:0:7f00:1::]/', 'url_host'],
    ['https://[fe80::1]/', 'url_host'],
    ['https://[fc00::1]/', 'url_host'],
    ['https://[fd00:ec2::254]/', 'url_host'],
    ['https://[ff02::1]/', 'url_host'],
    ['https://[2001:db8::1]/', 'url_host'],
    ['https://localhost/', 'url_host'],
    ['https://localhost./', 'url_host'],
    ['https://a.localhost/', 'url_host'],
    ['https://example.com./', 'url_host'],
    ['https://printer.local/', 'url_host'],
    ['https://metadata.google.internal/', 'url_host'],
    ['https://router.home.arpa/', 'url_host'],
    ['https://intranet/', 'url_host'],
    ['https://user@example.com/', 'url_credentials'],
    ['https://example.com@127.0.0.1/', 'url_credentials'],
    ['https://:pass@example.com/', 'url_credentials'],
    ['https://example.com/#fragment', 'url_fragment'],
    ['https://example.com/#', 'url_fragment'],
    ['https://example.com:22/', 'url_port'],
    ['https://example.com:80/', 'url_port'],
    ['https://example.com:1023/', 'url_port'],
    ['http://example.com/', 'url_https'],
    ['http://127.0.0.1/', 'url_https'],
    ['ftp://example.com/', 'url_https'],
    ['file:///etc/passwd', 'url_https'],
    ['gopher://example.com/', 'url_https'],
    ['javascript:alert(1)', 'url_https'],
    ['data:text/plain,a', 'url_https'],
    ['https://１２７.0.0.1/', 'url'],
    ['https://exa。mple.com/', 'url'],
    ['https://中文.example/', 'url'],
    ['https://example.com\\@127.0.0.1/', 'url'],
    [' https://example.com/', 'url'],
    ['https://example.com/\n', 'url'],
    ['https://exam\tple.com/', 'url'],
    ['https://exam\u200bple.com/', 'url'],
    ['//example.com/', 'url'],
    ['example.com', 'url'],
    ['', 'url'],
    ['https://', 'url'],
    ['https://1.2.3.4.5/', 'url'],
    [`https://example.com/${'a'.repeat(2_048)}`, 'url'],
  ])('is refused: %j', (url, rule) => {
    expect(checkWebhookUrl(url, strict)).toBe(rule)
  })

  test('may be this machine by http where development says so, and nothing else', () => {
    const lax = { loopback: true }
    for (const url of ['http://127.0.0.1:8080/', 'http://localhost:8080/', 'http://[::1]:8080/'])
      expect([checkWebhookUrl(url, lax), checkWebhookUrl(url, strict)]).toEqual([null, 'url_https'])
    for (const url of ['http://example.com/', 'http://10.0.0.1/', 'http://169.254.169.254/'])
      expect(checkWebhookUrl(url, lax)).toBe('url_https')
    expect(checkWebhookUrl('http://127.0.0.1:22/', lax)).toBe('url_port')
  })
})

test.each([
  ['8.8.8.8', true],
  ['100.63.255.255', true],
  ['100.128.0.1', true],
  ['172.15.0.1', true],
  ['172.32.0.1', true],
  ['2400:3200::1', true],
  ['2606:4700::1', true],
  ['::ffff:8.8.8.8', true],
  ['::ffff:10.0.0.1', false],
  ['fe80::1%eth0', false],
  ['198.19.0.1', false],
  ['4000::1', false],
  ['', false],
  ['localhost', false],
  ['0x7f000001', false],
])('%s is on the open internet: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic)
})
