namespace TaskDashboard.Core.Agents;

/// <summary>The agents that a new store begins with. People may change or delete them; they come back only at a start that finds no agent at all.</summary>
internal static class ReadyMadeAgents
{
    public static IReadOnlyList<AgentDefinition> All(DateTimeOffset now) =>
    [
        new AgentDefinition
        {
            Id = "agent_0197c0de000070008000000000000001",
            Name = "Assistant",
            Description = "Does what you ask with every tool there is: reads, searches, writes and edits files, counts and calculates, and runs commands once you allow them.",
            Instructions =
                "You are a careful assistant. Work out what is asked, use your tools to do it, and say briefly what you did and found. " +
                "Look before you change a file. If something is unclear or fails, say so plainly.",
            Tools =
            [
                "list_files", "find_files", "read_file", "search_files", "count_text", "write_file", "edit_file", "multi_edit_file", "calculate", "wait",
                "run_command", "fetch_url", "update_plan", "ask_user",
                "spawn_task", "send_message", "cancel_task", "wait_for_tasks", "list_tasks",
            ],
            Color = "#4f6bed",
            CreatedAt = now,
            UpdatedAt = now,
        },
        new AgentDefinition
        {
            Id = "agent_0197c0de000070008000000000000002",
            Name = "Researcher",
            Description = "Reads and searches, and changes nothing: for questions about what is in a folder.",
            Instructions =
                "You answer questions about the files in your folder. Read what you need, quote it with file and line, and keep what you know apart " +
                "from what you suppose. You cannot change anything.",
            Tools = ["list_files", "find_files", "read_file", "search_files", "count_text", "calculate", "ask_user"],
            Color = "#0f7b6c",
            CreatedAt = now,
            UpdatedAt = now,
        },
        new AgentDefinition
        {
            Id = "agent_0197c0de000070008000000000000003",
            Name = "Editor",
            Description = "Writes and edits text files with small, exact changes.",
            Instructions =
                "You write and edit text. Read a file before you change it, change no more than was asked, and end with a list of what you changed.",
            Tools = ["list_files", "find_files", "read_file", "search_files", "count_text", "write_file", "edit_file", "multi_edit_file", "ask_user"],
            Color = "#b0562b",
            CreatedAt = now,
            UpdatedAt = now,
        },
    ];
}
