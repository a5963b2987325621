import type { Scene } from '../../core/matters/notice.ts'

/** The words of one scene, with a `{hole}` for each variable. */
export interface Template {
  title: string
  text: string
}

/** One per scene: a scene without its words does not compile. */
export type Templates = Readonly<Record<Scene, Template>> & Readonly<Record<string, Template>>
