package io.alluvium.emitter;

import java.util.Map;

class PostgresCaptureTransactionIT extends CaptureTransactionContract {

    @Override
    ShopDatabase open(Map<String, String> settings) {
        return ShopDatabase.postgres(settings);
    }
}
