import { workbookCases } from '../documents/workbook-cases.ts'

workbookCases()
