import { startAlertmanager } from './alertmanager.mjs';
import { startCollectd } from './collectd.mjs';
import { startInfluxdb } from './influxdb.mjs';
import { startMariadb } from './mariadb.mjs';
import { startMoto } from './moto.mjs';
import { startNodeExporter } from './node-exporter.mjs';
import { startPostgresql } from './postgresql.mjs';
import { startPrometheus } from './prometheus.mjs';
import { startPushgateway } from './pushgateway.mjs';
import { startRedis } from './redis.mjs';
import { startStatsd } from './statsd.mjs';
import { startVictoriametrics } from './victoriametrics.mjs';

/** @type {typeof import('../index.d.ts').start} */
export const start = {
  alertmanager: startAlertmanager,
  collectd: startCollectd,
  influxdb: startInfluxdb,
  mariadb: startMariadb,
  moto: startMoto,
  nodeExporter: startNodeExporter,
  postgresql: startPostgresql,
  prometheus: startPrometheus,
  pushgateway: startPushgateway,
  redis: startRedis,
  statsd: startStatsd,
  victoriametrics: startVictoriametrics,
};
