using System.Text.Json;
using System.Text.Json.Serialization;
using TaskDashboard.App.Agents;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.App.Hubs;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Comparisons;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Notifications;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Replays;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Setup;
using TaskDashboard.Core.Skills;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Timelines;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.App.Api.Json;

/// <summary>Serializers made at build for everything that endpoints read and answer.</summary>
[JsonSerializable(typeof(TaskPage))]
[JsonSerializable(typeof(AgentTask))]
[JsonSerializable(typeof(Run))]
[JsonSerializable(typeof(RunTimeline))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(SetupReport))]
[JsonSerializable(typeof(AskModelBody))]
[JsonSerializable(typeof(ModelExchange))]
[JsonSerializable(typeof(MessageReceipt))]
[JsonSerializable(typeof(Page<AgentTask>))]
[JsonSerializable(typeof(Page<ChatEntry>))]
[JsonSerializable(typeof(ChatListPage))]
[JsonSerializable(typeof(Page<ChatLine>))]
[JsonSerializable(typeof(UpdateChatBody))]
[JsonSerializable(typeof(ReadChatBody))]
[JsonSerializable(typeof(Page<Run>))]
[JsonSerializable(typeof(Page<RawJson>))]
[JsonSerializable(typeof(Page<TaskRequest>))]
[JsonSerializable(typeof(AnswerBody))]
[JsonSerializable(typeof(AnswerAnswer))]
[JsonSerializable(typeof(RerunBody))]
[JsonSerializable(typeof(ForkBody))]
[JsonSerializable(typeof(ComparisonBody))]
[JsonSerializable(typeof(PickBody))]
[JsonSerializable(typeof(Comparison))]
[JsonSerializable(typeof(BulkBody))]
[JsonSerializable(typeof(Page<BulkJob>))]
[JsonSerializable(typeof(Page<ApprovalRule>))]
[JsonSerializable(typeof(RuleBody))]
[JsonSerializable(typeof(RuleAnswer))]
[JsonSerializable(typeof(Page<AgentDefinition>))]
[JsonSerializable(typeof(TemplateBody))]
[JsonSerializable(typeof(RunTemplateBody))]
[JsonSerializable(typeof(SaveAsTemplateBody))]
[JsonSerializable(typeof(TemplatePreview))]
[JsonSerializable(typeof(Page<TemplateAnswer>))]
[JsonSerializable(typeof(ViewBody))]
[JsonSerializable(typeof(Page<ViewAnswer>))]
[JsonSerializable(typeof(TriggerBody))]
[JsonSerializable(typeof(Page<TriggerAnswer>))]
[JsonSerializable(typeof(Page<TriggerFiring>))]
[JsonSerializable(typeof(Page<WebhookDelivery>))]
[JsonSerializable(typeof(NotificationBody))]
[JsonSerializable(typeof(Page<NotificationAnswer>))]
[JsonSerializable(typeof(Page<NotificationDelivery>))]
[JsonSerializable(typeof(ConversationBody))]
[JsonSerializable(typeof(AgentConversation))]
[JsonSerializable(typeof(PreviewAnswer))]
[JsonSerializable(typeof(WebhookAnswer))]
[JsonSerializable(typeof(Page<ModelDescription>))]
[JsonSerializable(typeof(CreateTaskBody))]
[JsonSerializable(typeof(UpdateTaskBody))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(CancelAnswer))]
[JsonSerializable(typeof(CancelAllAnswer))]
[JsonSerializable(typeof(QueuedMessageBody))]
[JsonSerializable(typeof(QueueAnswer))]
[JsonSerializable(typeof(MessageBody))]
[JsonSerializable(typeof(AttachmentList))]
[JsonSerializable(typeof(AgentBody))]
[JsonSerializable(typeof(AgentImportAnswer))]
[JsonSerializable(typeof(Page<ToolDescription>))]
[JsonSerializable(typeof(SkillList))]
[JsonSerializable(typeof(Page<McpServerStatus>))]
[JsonSerializable(typeof(Page<McpLogLine>))]
[JsonSerializable(typeof(McpPromptBody))]
[JsonSerializable(typeof(McpPromptAnswer))]
[JsonSerializable(typeof(McpResourceContent))]
[JsonSerializable(typeof(RunningCount))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(HubFrame))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Makes the options of endpoints and hubs say what <see cref="EventJson.Options"/> says.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        var wire = EventJson.Options;
        options.PropertyNamingPolicy = wire.PropertyNamingPolicy;
        options.PropertyNameCaseInsensitive = wire.PropertyNameCaseInsensitive;
        options.DictionaryKeyPolicy = wire.DictionaryKeyPolicy;
        options.Encoder = wire.Encoder;
        options.NumberHandling = wire.NumberHandling;
        foreach (var converter in wire.Converters) options.Converters.Add(converter);
        options.TypeInfoResolverChain.Insert(0, Default);
    }
}
