using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using TaskDashboard.Core.Storage.Rows;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// The schema, and the way to read it. Writes go through <see cref="StoreWriter"/> alone; contexts are for reading and never track.
/// </summary>
/// <remarks>Accounts are the exception: the web app's store of ASP.NET Core Identity reads and writes them, seldom and a row at a time.</remarks>
internal sealed class DashboardDbContext(DbContextOptions<DashboardDbContext> options) : DbContext(options)
{
    public DbSet<TaskRow> Tasks => Set<TaskRow>();

    public DbSet<EventRow> Events => Set<EventRow>();

    public DbSet<MessageRow> Messages => Set<MessageRow>();

    public DbSet<RunRow> Runs => Set<RunRow>();

    public DbSet<StepRow> Steps => Set<StepRow>();

    public DbSet<ChatRow> Chats => Set<ChatRow>();

    public DbSet<PersonRow> People => Set<PersonRow>();

    public DbSet<ChatShareRow> ChatShares => Set<ChatShareRow>();

    public DbSet<ChatReadRow> ChatReads => Set<ChatReadRow>();

    public DbSet<ShareLinkRow> ShareLinks => Set<ShareLinkRow>();

    public DbSet<ApiKeyRow> ApiKeys => Set<ApiKeyRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<BudgetRow> Budgets => Set<BudgetRow>();

    public DbSet<UsageDayRow> UsageDays => Set<UsageDayRow>();

    public DbSet<RequestRow> Requests => Set<RequestRow>();

    public DbSet<ApprovalRuleRow> ApprovalRules => Set<ApprovalRuleRow>();

    public DbSet<AttachmentRow> Attachments => Set<AttachmentRow>();

    public DbSet<AgentRow> Agents => Set<AgentRow>();

    public DbSet<ConversationRow> Conversations => Set<ConversationRow>();

    public DbSet<TriggerRow> Triggers => Set<TriggerRow>();

    public DbSet<FiringRow> Firings => Set<FiringRow>();

    public DbSet<DeliveryRow> WebhookDeliveries => Set<DeliveryRow>();

    public DbSet<NotificationRow> Notifications => Set<NotificationRow>();

    public DbSet<NotificationDeliveryRow> NotificationDeliveries => Set<NotificationDeliveryRow>();

    public DbSet<TemplateRow> Templates => Set<TemplateRow>();

    public DbSet<TemplateVersionRow> TemplateVersions => Set<TemplateVersionRow>();

    public DbSet<SavedViewRow> SavedViews => Set<SavedViewRow>();

    public DbSet<DeletedTaskRow> DeletedTasks => Set<DeletedTaskRow>();

    public DbSet<IdempotencyKeyRow> IdempotencyKeys => Set<IdempotencyKeyRow>();

    public DbSet<OwnerRow> Owners => Set<OwnerRow>();

    public DbSet<ImportRow> Imports => Set<ImportRow>();

    public DbSet<ImportedTaskRow> ImportedTasks => Set<ImportedTaskRow>();

    public DbSet<PurgeRow> Purges => Set<PurgeRow>();

    public DbSet<ExchangeRow> Exchanges => Set<ExchangeRow>();

    public DbSet<ExchangePartRow> ExchangeParts => Set<ExchangePartRow>();

    public DbSet<StoreStateRow> StoreState => Set<StoreStateRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PersonRow>(person =>
        {
            person.ToTable("people").HasKey(row => row.Id);
            person.HasIndex(row => row.NormalizedUserName).IsUnique();
        });
        modelBuilder.Entity<PersonClaimRow>(claim =>
        {
            claim.ToTable("people_claims").HasKey(row => row.Id);
            claim.HasIndex(row => row.UserId);
        });
        modelBuilder.Entity<TaskRow>(task =>
        {
            task.ToTable("tasks").HasKey(row => row.Key);
            task.HasIndex(row => row.Id).IsUnique();
            task.HasIndex(row => new { row.Status, row.Key });
            task.HasIndex(row => new { row.Attention, row.Key }).HasFilter("attention < 3");
            task.HasIndex(row => new { row.AgentId, row.Key });
            task.HasIndex(row => new { row.ChatId, row.Key });
            task.HasIndex(row => new { row.PersonId, row.Key });
            task.HasIndex(row => row.AccessChatId).HasFilter("access_chat_id <> chat_id");
            task.HasIndex(row => row.ParentTaskId).HasFilter("parent_task_id IS NOT NULL");
            task.Property(row => row.MaxAttempts).HasDefaultValue(1);
            task.Property(row => row.AcceptsMessages).HasDefaultValue(true);
        });
        modelBuilder.Entity<EventRow>(@event =>
        {
            @event.ToTable("events").HasKey(row => row.Id);
            @event.HasIndex(row => new { row.TaskKey, row.Seq }).IsUnique();
        });
        modelBuilder.Entity<MessageRow>(message =>
        {
            message.ToTable("messages").HasKey(row => row.Id);
            message.HasIndex(row => new { row.TaskKey, row.Seq });
            message.HasIndex(row => new { row.State, row.TaskKey }).HasFilter("state < 2");
            message.HasIndex(row => new { row.TaskKey, row.ClientMessageId }).IsUnique().HasFilter("client_message_id IS NOT NULL");
        });
        modelBuilder.Entity<RunRow>(run =>
        {
            run.ToTable("runs").HasKey(row => row.Id);
            run.HasIndex(row => new { row.TaskKey, row.Attempt }).IsUnique();
        });
        modelBuilder.Entity<StepRow>(step =>
        {
            step.ToTable("steps").HasKey(row => row.Id);
            step.HasIndex(row => new { row.RunId, row.Index });
        });
        modelBuilder.Entity<ExchangeRow>(exchange =>
        {
            exchange.ToTable("exchanges").HasKey(row => row.StepId);
            exchange.HasIndex(row => row.TaskKey);
        });
        modelBuilder.Entity<ExchangePartRow>().ToTable("exchange_parts").HasKey(row => new { row.TaskKey, row.Digest });
        modelBuilder.Entity<RequestRow>(request =>
        {
            request.ToTable("requests").HasKey(row => row.Id);
            request.HasIndex(row => row.TaskKey);
            request.HasIndex(row => row.CreatedAt).HasFilter("resolved_at IS NULL");
        });
        modelBuilder.Entity<ApprovalRuleRow>(rule =>
        {
            rule.ToTable("approval_rules").HasKey(row => row.Id);
            rule.HasIndex(row => row.TaskId).HasFilter("task_id IS NOT NULL");
        });
        modelBuilder.Entity<AttachmentRow>(attachment =>
        {
            attachment.ToTable("attachments").HasKey(row => row.Id);
            attachment.HasIndex(row => row.TaskId);
        });
        modelBuilder.Entity<ConversationRow>(conversation =>
        {
            conversation.ToTable("conversations").HasKey(row => row.Id);
            conversation.HasIndex(row => row.TaskId);
        });
        modelBuilder.Entity<TriggerRow>(trigger =>
        {
            trigger.ToTable("triggers").HasKey(row => row.Id);
            trigger.HasIndex(row => row.TaskId);
            trigger.HasIndex(row => row.Token).IsUnique().HasFilter("token IS NOT NULL");
        });
        modelBuilder.Entity<FiringRow>(firing =>
        {
            firing.ToTable("trigger_firings").HasKey(row => row.Id);
            firing.HasIndex(row => new { row.TriggerId, row.Slot }).IsUnique();
            firing.HasIndex(row => new { row.TriggerId, row.Id });
            firing.HasIndex(row => row.TaskId).HasFilter("outcome = 1");
        });
        modelBuilder.Entity<DeliveryRow>(delivery =>
        {
            delivery.ToTable("webhook_deliveries").HasKey(row => row.Id);
            delivery.HasIndex(row => new { row.TriggerId, row.Id });
        });
        modelBuilder.Entity<NotificationRow>().ToTable("notifications").HasKey(row => row.Id);
        modelBuilder.Entity<NotificationDeliveryRow>(delivery =>
        {
            delivery.ToTable("notification_deliveries").HasKey(row => row.Id);
            delivery.HasIndex(row => row.DeliveryId).IsUnique();
            delivery.HasIndex(row => new { row.NotificationId, row.Id });
            delivery.HasIndex(row => row.NextAt).HasFilter("next_at IS NOT NULL");
        });
        modelBuilder.Entity<SavedViewRow>(view =>
        {
            view.ToTable("saved_views").HasKey(row => row.Id);
            view.HasIndex(row => row.PersonId);
        });
        modelBuilder.Entity<TemplateRow>().ToTable("templates").HasKey(row => row.Id);
        modelBuilder.Entity<TemplateVersionRow>().ToTable("template_versions").HasKey(row => new { row.TemplateId, row.Version });
        modelBuilder.Entity<ChatRow>(chat =>
        {
            chat.ToTable("chats").HasKey(row => row.Id);
            chat.HasIndex(row => row.UpdatedAt);
        });
        modelBuilder.Entity<ChatShareRow>(share =>
        {
            share.ToTable("chat_shares").HasKey(row => new { row.ChatId, row.UserId });
            share.HasIndex(row => row.UserId);
        });
        modelBuilder.Entity<ChatReadRow>().ToTable("chat_reads").HasKey(row => new { row.ChatId, row.UserId });
        modelBuilder.Entity<ShareLinkRow>(link =>
        {
            link.ToTable("share_links").HasKey(row => row.Id);
            link.HasIndex(row => row.Digest).IsUnique();
            link.HasIndex(row => row.ChatId);
        });
        modelBuilder.Entity<ApiKeyRow>(key =>
        {
            key.ToTable("api_keys").HasKey(row => row.Id);
            key.HasIndex(row => row.Digest).IsUnique();
            key.HasIndex(row => row.UserId);
        });
        modelBuilder.Entity<AuditRow>(entry =>
        {
            entry.ToTable("audit").HasKey(row => row.Id);
            entry.HasIndex(row => new { row.UserId, row.Id });
        });
        modelBuilder.Entity<BudgetRow>(budget =>
        {
            budget.ToTable("budgets").HasKey(row => row.Id);
            budget.HasIndex(row => new { row.Scope, row.Target }).IsUnique();
        });
        modelBuilder.Entity<UsageDayRow>().ToTable("usage_days").HasKey(row => new { row.Day, row.PersonId, row.AgentId, row.Model });
        modelBuilder.Entity<AgentRow>().ToTable("agents").HasKey(row => row.Id);
        modelBuilder.Entity<DeletedTaskRow>(deleted =>
        {
            deleted.ToTable("deleted_tasks").HasKey(row => row.Key);
            deleted.Property(row => row.Key).ValueGeneratedNever();
            deleted.HasIndex(row => row.Id);
            deleted.HasIndex(row => row.ParentTaskId).HasFilter("parent_task_id IS NOT NULL");
        });
        modelBuilder.Entity<ImportRow>().ToTable("imports").HasKey(row => row.Id);
        modelBuilder.Entity<ImportedTaskRow>(imported =>
        {
            imported.ToTable("imported_tasks").HasKey(row => row.Key);
            imported.Property(row => row.Key).ValueGeneratedNever();
        });
        modelBuilder.Entity<PurgeRow>().ToTable("purges").HasKey(row => row.Id);
        modelBuilder.Entity<IdempotencyKeyRow>().ToTable("idempotency_keys").HasKey(row => row.Id);
        modelBuilder.Entity<OwnerRow>().ToTable("owners").HasKey(row => row.Id);
        modelBuilder.Entity<StoreStateRow>().ToTable("store_state").HasKey(row => row.Id);

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }

    /// <summary>What <c>dotnet ef</c> makes a context with.</summary>
    internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<DashboardDbContext>
    {
        public DashboardDbContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<DashboardDbContext>().UseSqlite("Data Source=design-time.db").Options);
    }
}
