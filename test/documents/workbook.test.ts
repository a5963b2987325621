import { workbookCases } from './workbook-cases.ts'

workbookCases()
