import journal from './meta/_journal.json';
import m0000 from './0000_first_ledger.sql';
import m0001 from './0001_doubt_reference.sql';
import m0002 from './0002_used_keys.sql';
import m0003 from './0003_matters.sql';
import m0004 from './0004_money.sql';

  export default {
    journal,
    migrations: {
      m0000,
m0001,
m0002,
m0003,
m0004
    }
  }
  