namespace TaskDashboard.Tests.People;

/// <summary>Who may call an endpoint.</summary>
internal enum Door
{
    /// <summary>Whoever comes along.</summary>
    Open,

    /// <summary>Everybody with an account; tells nothing that is somebody's.</summary>
    People,

    /// <summary>Everybody with an account, each about what is theirs.</summary>
    OwnList,

    /// <summary>Members and owners; makes or changes what is theirs.</summary>
    Members,

    /// <summary>Whoever may see the thing that it names; to others there is none.</summary>
    Seen,

    /// <summary>Whoever may change the thing that it names; who may only see it is told so, and to others there is none.</summary>
    Changed,

    /// <summary>Owners.</summary>
    Owners,
}

/// <param name="Door">Who may call it.</param>
/// <param name="Path">A call of it that names things of Bea's: {task}, {chat} and so on.</param>
/// <param name="Body">What goes along.</param>
internal sealed record Access(Door Door, string Path, object? Body = null)
{
    /// <summary>The thing cannot be shared with others: its person alone sees it.</summary>
    public bool NeverShared { get; init; }

    /// <summary>It takes a person, and no key.</summary>
    public bool NoKeys { get; init; }
}

/// <summary>Every endpoint of the program by its name, and who may call it. A new one has to be put here before the tests pass again.</summary>
internal static class AccessTable
{
    public static IReadOnlyDictionary<string, Access> Entries { get; } = new Dictionary<string, Access>(StringComparer.Ordinal)
    {
        ["isLive"] = new(Door.Open, "/health/live"),
        ["isReady"] = new(Door.Open, "/health/ready"),
        ["callWebhook"] = new(Door.Open, "/api/webhooks/nothing", new { }),

        ["listTasks"] = new(Door.OwnList, "/api/tasks?q=plum"),
        ["createTask"] = new(Door.Members, "/api/tasks", new { agent_id = "{agent}", message = "Mine" }),
        ["countRunningTasks"] = new(Door.OwnList, "/api/tasks/running/count"),
        ["watchTasks"] = new(Door.OwnList, "/api/stream?after=0"),
        ["getTask"] = new(Door.Seen, "/api/tasks/{task}"),
        ["updateTask"] = new(Door.Changed, "/api/tasks/{task}", new { title = "Taken" }),
        ["deleteTask"] = new(Door.Changed, "/api/tasks/{task}"),
        ["cancelTask"] = new(Door.Changed, "/api/tasks/{task}/cancel", new { }),
        ["sendMessage"] = new(Door.Changed, "/api/tasks/{task}/message", new { message = "Hello" }),
        ["retryTask"] = new(Door.Changed, "/api/tasks/{task}/retry"),
        ["pauseTask"] = new(Door.Changed, "/api/tasks/{task}/pause"),
        ["resumeTask"] = new(Door.Changed, "/api/tasks/{task}/resume"),
        ["watchTask"] = new(Door.Seen, "/api/tasks/{task}/stream"),
        ["listTaskMessages"] = new(Door.Seen, "/api/tasks/{task}/messages"),
        ["listTaskEvents"] = new(Door.Seen, "/api/tasks/{task}/events"),
        ["listTaskRuns"] = new(Door.Seen, "/api/tasks/{task}/runs"),
        ["listTaskTree"] = new(Door.Seen, "/api/tasks/{task}/tree"),
        ["listTaskChanges"] = new(Door.Seen, "/api/tasks/{task}/changes"),
        ["findTaskChange"] = new(Door.Seen, "/api/tasks/{task}/changes/diff?path=a.txt"),
        ["listTaskFiles"] = new(Door.Seen, "/api/tasks/{task}/files"),
        ["readTaskFile"] = new(Door.Seen, "/api/tasks/{task}/files/content?path=a.txt"),
        ["getCommandOutput"] = new(Door.Seen, "/api/tasks/{task}/outputs/call_1"),
        ["exportTask"] = new(Door.Seen, "/api/tasks/{task}/export?format=markdown"),
        ["exportTasks"] = new(Door.Seen, "/api/tasks/export?ids={task}"),
        ["importTask"] = new(Door.Members, "/api/imports"),
        ["rerunTask"] = new(Door.Seen, "/api/tasks/{task}/reruns", new { }),
        ["forkTask"] = new(Door.Seen, "/api/tasks/{task}/forks", new { message_id = "msg_1", text = "Mine" }),
        ["listTaskForks"] = new(Door.Seen, "/api/tasks/{task}/forks"),
        ["createComparison"] = new(Door.Members, "/api/comparisons", new { prompt = "Mine", candidates = new[] { new { agent_id = "{agent}" }, new { agent_id = "{agent}" } } }),
        ["getComparison"] = new(Door.Seen, "/api/comparisons/{comparison}") { NeverShared = true },
        ["pickFromComparison"] = new(Door.Changed, "/api/comparisons/{comparison}/pick", new { task_id = "{task}" }) { NeverShared = true },
        ["stopComparison"] = new(Door.Changed, "/api/comparisons/{comparison}/stop") { NeverShared = true },
        ["startBulkJob"] = new(Door.Members, "/api/tasks/bulk", new { action = "delete", filter = new { chat_id = "{chat}" } }),
        ["listBulkJobs"] = new(Door.OwnList, "/api/tasks/bulk"),
        ["getBulkJob"] = new(Door.Seen, "/api/tasks/bulk/{bulk}") { NeverShared = true },
        ["abortBulkJob"] = new(Door.Changed, "/api/tasks/bulk/{bulk}") { NeverShared = true },
        ["listQueuedMessages"] = new(Door.Seen, "/api/tasks/{task}/queue"),
        ["changeQueuedMessage"] = new(Door.Changed, "/api/tasks/{task}/queue/msg_1", new { text = "Other" }),
        ["removeQueuedMessage"] = new(Door.Changed, "/api/tasks/{task}/queue/msg_1"),
        ["saveTaskAsTemplate"] = new(Door.Seen, "/api/tasks/{task}/save-as-template", new { name = "Copied" }),
        ["getRun"] = new(Door.Seen, "/api/runs/{run}"),
        ["getRunTimeline"] = new(Door.Seen, "/api/runs/{run}/timeline"),
        ["getExchange"] = new(Door.Seen, "/api/runs/{run}/steps/{step}/exchange"),
        ["replayRun"] = new(Door.Seen, "/api/runs/{run}/replays"),
        ["cancelDescendants"] = new(Door.Changed, "/api/runs/{run}/cancel"),

        ["listChats"] = new(Door.OwnList, "/api/chats"),
        ["getChat"] = new(Door.Seen, "/api/chats/{chat}"),
        ["updateChat"] = new(Door.Changed, "/api/chats/{chat}", new { title = "Taken" }),
        ["deleteChat"] = new(Door.Changed, "/api/chats/{chat}"),
        ["listChatMessages"] = new(Door.Seen, "/api/chats/{chat}/messages"),
        ["watchChat"] = new(Door.Seen, "/api/chats/{chat}/stream"),
        ["readChat"] = new(Door.Seen, "/api/chats/{chat}/read", new { last_id = 1 }),
        ["cancelChat"] = new(Door.Changed, "/api/chats/{chat}/cancel"),
        ["listChatShares"] = new(Door.Seen, "/api/chats/{chat}/shares"),
        ["shareChat"] = new(Door.Changed, "/api/chats/{chat}/shares/{carl}", new { can_write = true }),
        ["unshareChat"] = new(Door.Changed, "/api/chats/{chat}/shares/{carl}"),

        ["listChatLinks"] = new(Door.Changed, "/api/chats/{chat}/links"),
        ["createChatLink"] = new(Door.Changed, "/api/chats/{chat}/links", new { expires_in_days = 1 }),
        ["revokeChatLink"] = new(Door.Changed, "/api/chats/{chat}/links/{link}"),
        ["showSharedChat"] = new(Door.Open, "/shared/nothing"),
        ["watchSharedChat"] = new(Door.Open, "/shared/nothing/changes"),

        ["uploadAttachments"] = new(Door.Members, "/api/attachments?name=a.txt"),
        ["getAttachment"] = new(Door.Seen, "/api/attachments/{attachment}") { NeverShared = true },

        ["listRequests"] = new(Door.OwnList, "/api/requests"),
        ["getRequest"] = new(Door.Seen, "/api/requests/{request}"),
        ["answerRequest"] = new(Door.Changed, "/api/requests/{request}/answer", new { answer = "deny" }),
        ["listApprovalRules"] = new(Door.OwnList, "/api/approval-rules"),
        ["addApprovalRule"] = new(Door.Members, "/api/approval-rules", new { tool = "run_command", scope = "always", pattern = "ls" }),
        ["revokeApprovalRule"] = new(Door.Changed, "/api/approval-rules/{rule}") { NeverShared = true },

        ["listTriggers"] = new(Door.OwnList, "/api/triggers"),
        ["createTrigger"] = new(Door.Members, "/api/triggers", new { agent_id = "{agent}", message = "Mine", cron = "@daily" }),
        ["previewSchedule"] = new(Door.People, "/api/triggers/preview?cron=@daily"),
        ["getTrigger"] = new(Door.Seen, "/api/triggers/{trigger}") { NeverShared = true },
        ["updateTrigger"] = new(Door.Changed, "/api/triggers/{trigger}", new { name = "Taken" }) { NeverShared = true },
        ["deleteTrigger"] = new(Door.Changed, "/api/triggers/{trigger}") { NeverShared = true },
        ["pauseTrigger"] = new(Door.Changed, "/api/triggers/{trigger}/pause") { NeverShared = true },
        ["resumeTrigger"] = new(Door.Changed, "/api/triggers/{trigger}/resume") { NeverShared = true },
        ["resetTrigger"] = new(Door.Changed, "/api/triggers/{trigger}/reset") { NeverShared = true },
        ["runTrigger"] = new(Door.Changed, "/api/triggers/{trigger}/run") { NeverShared = true },
        ["skipNextFiring"] = new(Door.Changed, "/api/triggers/{trigger}/skip-next") { NeverShared = true },
        ["renewWebhookAddress"] = new(Door.Changed, "/api/triggers/{trigger}/renew-address") { NeverShared = true },
        ["testWebhook"] = new(Door.Changed, "/api/triggers/{trigger}/test") { NeverShared = true },
        ["listFirings"] = new(Door.Seen, "/api/triggers/{trigger}/firings") { NeverShared = true },
        ["listWebhookDeliveries"] = new(Door.Seen, "/api/triggers/{trigger}/deliveries") { NeverShared = true },

        ["listTemplates"] = new(Door.OwnList, "/api/templates"),
        ["createTemplate"] = new(Door.Members, "/api/templates", new { name = "Mine", message = "Go", agent_id = "{agent}" }),
        ["getTemplate"] = new(Door.Seen, "/api/templates/{template}") { NeverShared = true },
        ["updateTemplate"] = new(Door.Changed, "/api/templates/{template}", new { name = "Taken" }) { NeverShared = true },
        ["deleteTemplate"] = new(Door.Changed, "/api/templates/{template}") { NeverShared = true },
        ["listTemplateVersions"] = new(Door.Seen, "/api/templates/{template}/versions") { NeverShared = true },
        ["runTemplate"] = new(Door.Changed, "/api/templates/{template}/run", new { }) { NeverShared = true },
        ["previewTemplate"] = new(Door.Changed, "/api/templates/{template}/preview", new { }) { NeverShared = true },

        ["listViews"] = new(Door.OwnList, "/api/views"),
        ["createView"] = new(Door.Members, "/api/views", new { name = "Mine", query = "status=failed" }),
        ["updateView"] = new(Door.Changed, "/api/views/{view}", new { name = "Taken" }) { NeverShared = true },
        ["deleteView"] = new(Door.Changed, "/api/views/{view}") { NeverShared = true },

        ["listNotifications"] = new(Door.OwnList, "/api/notifications"),
        ["createNotification"] = new(Door.Members, "/api/notifications", new { name = "Mine", url = "http://203.0.113.7/hook", events = new[] { "done" } }),
        ["updateNotification"] = new(Door.Changed, "/api/notifications/{notification}", new { name = "Taken" }) { NeverShared = true },
        ["deleteNotification"] = new(Door.Changed, "/api/notifications/{notification}") { NeverShared = true },
        ["testNotification"] = new(Door.Changed, "/api/notifications/{notification}/test") { NeverShared = true },
        ["listNotificationDeliveries"] = new(Door.Seen, "/api/notifications/{notification}/deliveries") { NeverShared = true },

        ["findConversation"] = new(Door.Seen, "/api/conversations?descriptor=/task/{task}"),
        ["postToConversation"] = new(Door.Changed, "/api/conversations", new { descriptor = "/task/{task}", agent_id = "{agent}", message = "Hello" }),

        ["listAgents"] = new(Door.People, "/api/agents"),
        ["getAgent"] = new(Door.People, "/api/agents/{agent}"),
        ["exportAgent"] = new(Door.People, "/api/agents/{agent}/export"),
        ["createAgent"] = new(Door.Owners, "/api/agents", new { name = "New" }),
        ["replaceAgent"] = new(Door.Owners, "/api/agents/{agent}", new { name = "New" }),
        ["updateAgent"] = new(Door.Owners, "/api/agents/{agent}", new { description = "New" }),
        ["deleteAgent"] = new(Door.Owners, "/api/agents/{agent}"),
        ["duplicateAgent"] = new(Door.Owners, "/api/agents/{agent}/duplicate"),
        ["importAgent"] = new(Door.Owners, "/api/agents/import", new { name = "New" }),
        ["listLiveTasksOfAgent"] = new(Door.Owners, "/api/agents/{agent}/live-tasks"),
        ["listMcpServers"] = new(Door.People, "/api/agents/{agent}/mcp"),
        ["restartMcpServer"] = new(Door.Owners, "/api/agents/{agent}/mcp/none/restart"),
        ["readMcpLog"] = new(Door.Owners, "/api/agents/{agent}/mcp/none/log"),
        ["fillMcpPrompt"] = new(Door.Members, "/api/agents/{agent}/mcp/prompts/none", new { }),
        ["readMcpResource"] = new(Door.Members, "/api/agents/{agent}/mcp/resources?server=none&uri=none"),
        ["listModels"] = new(Door.People, "/api/models"),
        ["listTools"] = new(Door.People, "/api/tools"),
        ["listSkills"] = new(Door.People, "/api/skills"),

        ["listPeople"] = new(Door.People, "/api/people"),
        ["getMe"] = new(Door.People, "/api/people/me"),
        ["changePassword"] = new(Door.People, "/api/people/me/password", new { current = "wrong", @new = "another long one" }) { NoKeys = true },
        ["createPerson"] = new(Door.Owners, "/api/people", new { user_name = "dora", password = "correct horse battery" }),
        ["updatePerson"] = new(Door.Owners, "/api/people/{carl}", new { role = "owner" }),
        ["listAudit"] = new(Door.OwnList, "/api/audit"),
        ["listKeys"] = new(Door.OwnList, "/api/keys"),
        ["createKey"] = new(Door.People, "/api/keys", new { name = "Mine" }),
        ["revokeKey"] = new(Door.Changed, "/api/keys/{key}") { NeverShared = true },

        ["listBudgets"] = new(Door.OwnList, "/api/budgets"),
        ["setBudget"] = new(Door.Changed, "/api/budgets", new { scope = "task", target = "{task}", usd = 1 }),
        ["removeBudget"] = new(Door.Changed, "/api/budgets/{budget}"),
        ["listUsage"] = new(Door.OwnList, "/api/usage?group_by=day,person,agent,model"),
        ["getSetup"] = new(Door.Members, "/api/setup"),
        ["askModel"] = new(Door.Members, "/api/setup/models", new { model = "builtin/assistant" }),
        ["listBackups"] = new(Door.Owners, "/api/backups"),
        ["createBackup"] = new(Door.Owners, "/api/backups"),
        ["getBackup"] = new(Door.Owners, "/api/backups/backup_1"),
        ["deleteBackup"] = new(Door.Owners, "/api/backups/backup_1"),
        ["listPurges"] = new(Door.Owners, "/api/purges"),

        ["readMetrics"] = new(Door.Owners, "/metrics"),
        ["getSelfCheck"] = new(Door.Owners, "/api/self-check"),
        ["checkNow"] = new(Door.Owners, "/api/self-check"),
    };
}
