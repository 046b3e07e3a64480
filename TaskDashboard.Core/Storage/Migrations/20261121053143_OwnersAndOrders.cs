using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskDashboard.Core.Storage.Migrations
{
    /// <inheritdoc />
    public partial class OwnersAndOrders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_messages_state",
                table: "messages");

            migrationBuilder.AddColumn<bool>(
                name: "accepts_messages",
                table: "tasks",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<int>(
                name: "attempt",
                table: "tasks",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "delay_until",
                table: "tasks",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "depends_on",
                table: "tasks",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "fingerprint",
                table: "tasks",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "max_attempts",
                table: "tasks",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<string>(
                name: "owner_id",
                table: "tasks",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "stop",
                table: "tasks",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "from_task_id",
                table: "messages",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "mode",
                table: "messages",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "owners",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    machine = table.Column<string>(type: "TEXT", nullable: false),
                    process_id = table.Column<int>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_owners", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_messages_state_task_key",
                table: "messages",
                columns: new[] { "state", "task_key" },
                filter: "state < 2");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "owners");

            migrationBuilder.DropIndex(
                name: "IX_messages_state_task_key",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "accepts_messages",
                table: "tasks");

            migrationBuilder.DropColumn(
                name: "attempt",
                table: "tasks");

            migrationBuilder.DropColumn(
                name: "delay_until",
                table: "tasks");

            migrationBuilder.DropColumn(
                name: "depends_on",
                table: "tasks");

            migrationBuilder.DropColumn(
                name: "fingerprint",
                table: "tasks");

            migrationBuilder.DropColumn(
                name: "max_attempts",
                table: "tasks");

            migrationBuilder.DropColumn(
                name: "owner_id",
                table: "tasks");

            migrationBuilder.DropColumn(
                name: "stop",
                table: "tasks");

            migrationBuilder.DropColumn(
                name: "from_task_id",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "mode",
                table: "messages");

            migrationBuilder.CreateIndex(
                name: "IX_messages_state",
                table: "messages",
                column: "state",
                filter: "state = 0");
        }
    }
}
