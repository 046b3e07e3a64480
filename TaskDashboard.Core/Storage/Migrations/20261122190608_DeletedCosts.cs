using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskDashboard.Core.Storage.Migrations
{
    /// <inheritdoc />
    public partial class DeletedCosts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "cost",
                table: "deleted_tasks",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "parent_task_id",
                table: "deleted_tasks",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_deleted_tasks_id",
                table: "deleted_tasks",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "IX_deleted_tasks_parent_task_id",
                table: "deleted_tasks",
                column: "parent_task_id",
                filter: "parent_task_id IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_deleted_tasks_id",
                table: "deleted_tasks");

            migrationBuilder.DropIndex(
                name: "IX_deleted_tasks_parent_task_id",
                table: "deleted_tasks");

            migrationBuilder.DropColumn(
                name: "cost",
                table: "deleted_tasks");

            migrationBuilder.DropColumn(
                name: "parent_task_id",
                table: "deleted_tasks");
        }
    }
}
