/** The kind of client that a key serves (S3 附件1 模块3, 4). */
export const keyChannels = ['web', 'mini_program', 'app', 'server'] as const
export type KeyChannel = (typeof keyChannels)[number]
