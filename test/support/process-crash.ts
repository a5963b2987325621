export { ClientBook, checkImage, copyImage } from '../../scripts/torture/books.ts'
