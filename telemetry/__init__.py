"""From bytes on MQTT to points in the store and alarms.

``readings`` holds the words that all rooms share. ``codecs`` turn bytes into messages, ``stores``
keep points, ``alarms`` evaluate rules; these three do not import each other. ``ingest`` stands
above them: it takes messages from the broker through codec, store and alarms.
"""
