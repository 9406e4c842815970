from pika import adapters as adapters
from pika.adapters import BaseConnection as BaseConnection
from pika.adapters import BlockingConnection as BlockingConnection
from pika.adapters import SelectConnection as SelectConnection
from pika.connection import ConnectionParameters as ConnectionParameters
from pika.connection import SSLOptions as SSLOptions
from pika.connection import URLParameters as URLParameters
from pika.credentials import PlainCredentials as PlainCredentials
from pika.delivery_mode import DeliveryMode as DeliveryMode
from pika.spec import BasicProperties as BasicProperties

__version__: str
