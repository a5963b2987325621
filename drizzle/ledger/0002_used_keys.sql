-- WITHOUT ROWID, which drizzle-kit has no word for: the primary key is the whole row, and an index of its own would double it.
CREATE TABLE `used_keys` (
	`prefix` text NOT NULL,
	`verification_id` integer NOT NULL,
	PRIMARY KEY(`prefix`, `verification_id`)
) WITHOUT ROWID;
