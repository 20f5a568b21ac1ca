"""The server's settings, as `community serve` has them."""

from gevent import monkey

monkey.patch_all()

worker_class = "gevent"
workers = 2
worker_connections = 4000
keepalive = 5
graceful_timeout = 15
control_socket_disable = True
reuse_port = True


def post_worker_init(worker):
    from community.realtime.hub import close_when_stopping

    close_when_stopping(worker)
