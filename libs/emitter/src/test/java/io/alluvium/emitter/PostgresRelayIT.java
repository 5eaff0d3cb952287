package io.alluvium.emitter;

import java.util.Map;

class PostgresRelayIT extends RelayContract {

    @Override
    ShopDatabase open(Map<String, String> settings) {
        return ShopDatabase.postgres(settings);
    }
}
