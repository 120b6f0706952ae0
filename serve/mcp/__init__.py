"""An MCP server: memory, learned preferences and recommendations for anybody's agent."""
