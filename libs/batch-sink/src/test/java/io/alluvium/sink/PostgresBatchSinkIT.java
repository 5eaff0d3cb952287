package io.alluvium.sink;

import java.sql.SQLException;

class PostgresBatchSinkIT extends BatchSinkContract {

    @Override
    TestDatabase open() throws SQLException {
        return TestDatabase.postgres();
    }
}
