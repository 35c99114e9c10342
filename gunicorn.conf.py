"""What gunicorn reads by itself when it is started in this folder."""

accesslog = "-"
logger_class = "crm.lib.weblog.WebLog"
control_socket_disable = True
