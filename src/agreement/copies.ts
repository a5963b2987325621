/** How many copies of the contract the two sides make: two (S0 七), four (S3 §12.1); null where the text says nothing. */
const copies: Readonly<Record<string, number>> = { S0: 2, S3: 4 }

export const copiesOf = (preset: string): number | null => copies[preset] ?? null
