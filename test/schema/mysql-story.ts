/**
 * Histories written by hand, for the mysql client to run as they stand: DELIMITER, comments and USE included. What MariaDB refuses stays
 * in them, with the rest going on.
 */
export interface Story {
  readonly title: string;
  readonly sql: string;
}

export const USERS = 'CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, name varchar(50) NOT NULL, email varchar(100), age int);\n';
export const POSTS =
  'CREATE TABLE posts (id int PRIMARY KEY, user_id int NOT NULL, title varchar(80), CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES users (id));\n';

export const story = (title: string, ...lines: readonly string[]): Story => ({ title, sql: `${lines.join('\n')}\n` });
