namespace TaskDashboard.Core.Telemetry;

/// <summary>
/// Names of attributes: those of OpenTelemetry's conventions for generative AI, and the program's own under <c>task_dashboard.</c>. What people or models
/// have said is in none of them.
/// </summary>
internal static class TelemetryNames
{
    public const string Operation = "gen_ai.operation.name";
    public const string Provider = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string RequestStream = "gen_ai.request.stream";
    public const string ResponseModel = "gen_ai.response.model";
    public const string ResponseId = "gen_ai.response.id";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string TimeToFirstChunk = "gen_ai.response.time_to_first_chunk";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string CachedTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string TokenType = "gen_ai.token.type";
    public const string ConversationId = "gen_ai.conversation.id";
    public const string AgentId = "gen_ai.agent.id";
    public const string AgentName = "gen_ai.agent.name";
    public const string ToolName = "gen_ai.tool.name";
    public const string ToolType = "gen_ai.tool.type";
    public const string ToolCallId = "gen_ai.tool.call.id";
    public const string ErrorType = "error.type";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";

    public const string TaskId = "task_dashboard.task.id";
    public const string RootTaskId = "task_dashboard.root_task.id";
    public const string RunId = "task_dashboard.run.id";
    public const string Cause = "task_dashboard.run.cause";
    public const string Attempt = "task_dashboard.run.attempt";
    public const string Outcome = "task_dashboard.outcome";
    public const string Step = "task_dashboard.step";
    public const string RetryAttempt = "task_dashboard.retry.attempt";
    public const string RetryDue = "task_dashboard.retry.due_at";
    public const string RateLimited = "task_dashboard.retry.rate_limited";
    public const string TaskStatus = "task_dashboard.task.status";

    /// <summary>In place of a value that could be anything: a metric with one of those would never stop growing.</summary>
    public const string Other = "_OTHER";

    public const string InvokeAgent = "invoke_agent";
    public const string Chat = "chat";
    public const string ExecuteTool = "execute_tool";

    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    /// <summary>Left behind in the middle: for the next process, or by somebody else's claim.</summary>
    public const string Interrupted = "interrupted";
}
