export { consentOf, openProcessCustomer, type ProcessCustomer } from '../../scripts/torture/customer.ts'
