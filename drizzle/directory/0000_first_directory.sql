CREATE TABLE `directory_accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`standing` text NOT NULL,
	`created_at` integer NOT NULL,
	`seq` integer NOT NULL,
	`pushed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `directory_accounts_name` ON `directory_accounts` (`name`);--> statement-breakpoint
CREATE TABLE `directory_usage` (
	`settled_day` text NOT NULL,
	`service_day` text NOT NULL,
	`account_id` text NOT NULL,
	`key_id` integer NOT NULL,
	`mode` text NOT NULL,
	`check_code` text NOT NULL,
	`source` text NOT NULL,
	`outcome` text NOT NULL,
	`count` integer NOT NULL,
	`credits` integer NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`settled_day`, `service_day`, `account_id`, `key_id`, `mode`, `check_code`, `source`, `outcome`)
);
