CREATE TABLE `account_days` (
	`account_id` text NOT NULL,
	`day` text NOT NULL,
	`last_seq` integer NOT NULL,
	PRIMARY KEY(`account_id`, `day`)
);
--> statement-breakpoint
CREATE TABLE `grant_days` (
	`account_id` text NOT NULL,
	`day` text NOT NULL,
	`grant_id` integer NOT NULL,
	`granted` integer NOT NULL,
	`held` integer NOT NULL,
	`captured` integer NOT NULL,
	`released` integer NOT NULL,
	`expired` integer NOT NULL,
	`refunded` integer NOT NULL,
	PRIMARY KEY(`account_id`, `day`, `grant_id`)
);
--> statement-breakpoint
ALTER TABLE `outcomes` ADD `source_cost_micro_yuan` integer;--> statement-breakpoint
ALTER TABLE `rollups` ADD `cost_micro_yuan` integer DEFAULT 0 NOT NULL;