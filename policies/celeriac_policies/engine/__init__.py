"""What runs the rules: Pulumi's analyzer protocol, values, levels, exclusions.

`pulumi_policy` offers the same, but unpacks every resource anew for every rule, takes the mark of
secrets off before a rule sees them, and warns about each value that a preview cannot know. With a
hundred rules and a thousand resources the first alone costs more than the preview itself.
"""
