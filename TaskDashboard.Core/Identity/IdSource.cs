namespace TaskDashboard.Core.Identity;

/// <summary>
/// Makes the ids of everything that is stored: a kind prefix and a UUID version 7 (RFC 9562) in lower-case hex, such as
/// <c>task_0190f3c2…</c>. Ids made later sort later, to the millisecond. Safe for threads.
/// </summary>
public class IdSource(TimeProvider time)
{
    public string NewTask() => New("task");

    public string NewRun() => New("run");

    public string NewStep() => New("step");

    public string NewChat() => New("chat");

    public string NewSession() => New("session");

    public string NewMessage() => New("msg");

    public string NewRequest() => New("request");

    public string NewRule() => New("rule");

    public string NewAttachment() => New("att");

    public string NewOwner() => New("owner");

    public string NewAgent() => New("agent");

    public string NewTrigger() => New("trigger");

    public string NewNotification() => New("notification");

    public string NewDelivery() => New("delivery");

    public string NewUser() => New("user");

    public string NewKey() => New("key");

    public string NewLink() => New("link");

    public string NewBudget() => New("budget");

    public string NewTemplate() => New("template");

    public string NewView() => New("view");

    public string NewImport() => New("import");

    public string NewComparison() => New("comparison");

    public string NewBulkJob() => New("bulk");

    public string NewBackup() => New("backup");

    /// <summary>One of a kind, where nothing else makes it so.</summary>
    public string NewSlot() => New("slot");

    /// <summary>A call id for a provider that sends none of its own.</summary>
    public string NewCall() => New("call");

    /// <summary>Override in tests to get predictable ids.</summary>
    protected virtual string New(string prefix) =>
        string.Concat(prefix, "_", Guid.CreateVersion7(time.GetUtcNow()).ToString("N"));
}
